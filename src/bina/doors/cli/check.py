"""`./bina check`: every gate that a change must pass, with its seconds and, where it is shut, what opens it."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bina.config import child_environment
from bina.doors.cli.refusal import Refused

ROOT = Path(__file__).resolve().parents[4]
BIN = Path(sys.executable).parent
AT_ONCE = 2
LONGEST = 60  # lines that a shut gate may say; the rest is seen by running it alone


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate: what it runs, and what to do where it stays shut."""

    name: str
    command: tuple[str, ...]
    do: str


@dataclass(frozen=True, slots=True)
class Result:
    """How a gate was found."""

    gate: Gate
    passed: bool
    seconds: float
    said: str


PYTEST = (sys.executable, "-m", "pytest", "-p", "no:xdist", "--tb=short")
# fmt: off
GATES: tuple[Gate, ...] = (
    Gate("guards", (*PYTEST, "tests/rules"), "each line says what to do instead; alone: ./bina test tests/rules"),
    Gate("types", (str(BIN / "mypy"),), "alone: .venv/bin/mypy"),
    Gate("lint", (str(BIN / "ruff"), "check", "--output-format", "concise", "."), ".venv/bin/ruff check --fix ."),
    Gate("format", (str(BIN / "ruff"), "format", "--check", "."), ".venv/bin/ruff format ."),
    Gate("imports", (str(BIN / "lint-imports"), "--no-cache"),
         "imports go down the alphabet (pyproject.toml); move the function to where both may reach it"),
    Gate("migrations", (*PYTEST, "tests/rules/test_tables.py", "-k", "migrations"),
         ".venv/bin/python -m django makemigrations APP --name WHAT --pythonpath src --settings bina.settings"),
    Gate("set-up", (sys.executable, "-m", "django", "check", "--fail-level", "WARNING"), "each line carries its hint"),
    Gate("docs", (sys.executable, "-m", "bina", "docs", "--check"), "./bina docs"),
    Gate("locks", (*PYTEST, "tests/rules/test_locks.py"), "docs/howto/renew-the-locks.md"),
)
# fmt: on


def run(argv: list[str]) -> int:
    """Tries the gates named (none: all); 1 when one is shut."""
    names = [gate.name for gate in GATES]
    parser = argparse.ArgumentParser(prog="bina check", description=__doc__)
    parser.add_argument("gates", nargs="*", metavar="GATE", help=f"only these: {', '.join(names)}")
    given = parser.parse_args(argv)
    unknown = [name for name in given.gates if name not in names]
    if unknown:
        raise Refused(f"There is no gate «{unknown[0]}». There are: {', '.join(names)}.")
    if not (ROOT / "tests" / "rules").is_dir():
        raise Refused("The gates stand in the repository, and this is an installed copy. Type: git clone …")
    wanted = [gate for gate in GATES if not given.gates or gate.name in given.gates]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(attempt, wanted))
    print(report(results))
    return int(not all(result.passed for result in results))


def attempt(gate: Gate) -> Result:
    """Runs one gate at the root of the repository."""
    began = time.monotonic()
    done = subprocess.run(
        gate.command,
        cwd=ROOT,
        env=child_environment(DATABASE_URL="", NO_COLOR="1"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Result(gate, done.returncode == 0, time.monotonic() - began, done.stdout.strip())


def report(results: list[Result]) -> str:
    """What shut gates said, then the table of all, then one sentence."""
    lines = []
    for result in results:
        if not result.passed:
            said = result.said.splitlines()
            left = [f"… {len(said) - LONGEST} lines more"] if len(said) > LONGEST else []
            lines += [f"── {result.gate.name} ──", *left, *said[-LONGEST:], ""]
    width = max(len(result.gate.name) for result in results)
    for result in results:
        state = "passed" if result.passed else f"SHUT    {result.gate.do}"
        lines.append(f"  {result.gate.name:<{width}}  {result.seconds:6.1f} s  {state}")
    shut = sum(not result.passed for result in results)
    lines.append(f"{shut} of {len(results)} gates are shut." if shut else f"All {len(results)} gates are open.")
    return "\n".join(lines)
