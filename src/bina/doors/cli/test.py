"""`./bina test`: runs the tests, those that need the machine to themselves after the others; one line sums up."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from bina.doors.cli.refusal import Refused

ROOT = Path(__file__).resolve().parents[4]
ALONE = "browser or faults"  # markers of tests that take both cores, or kill what others lean on
NOTHING_RAN = 5  # pytest's exit code
WORDS = ("failed", "passed", "skipped", "deselected", "xfailed", "xpassed", "error")


def run(argv: list[str]) -> int:
    """Runs the tests below the paths given (none: all); pytest's exit code, 0 when all passed."""
    parser = argparse.ArgumentParser(
        prog="bina test", description=__doc__, epilog="What else is given goes to pytest: -k WORD, -x, --pdb, -v."
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders of tests; none: all of them")
    parser.add_argument("--long", action="store_true", help="the full sizes of the fault, fuzz and scale tests")
    parser.add_argument("--postgres", choices=("17", "18"), default="18", help="major version of the tests' server")
    given, more = parser.parse_known_args(argv)
    if not (ROOT / "tests").is_dir():
        raise Refused("The tests stand in the repository, and this is an installed copy. Type: git clone …")
    pytest = [
        sys.executable,
        "-m",
        "pytest",
        f"--postgres={given.postgres}",
        *(["--long"] if given.long else []),
        *more,
    ]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder) / "counts"
        codes = [
            subprocess.run([*pytest, f"--counts={counts}", *phase], cwd=ROOT, check=False).returncode
            for phase in phases(given.paths)
        ]
        numbers = summed(counts)
    if len(codes) > 1:
        print(summary(numbers, time.monotonic() - began))
    return verdict(codes)


def verdict(codes: list[int]) -> int:
    """One exit code of several runs: the first failure's; a run without tests counts only if all were so."""
    failed = [code for code in codes if code not in (0, NOTHING_RAN)]
    return failed[0] if failed else min(codes)


def phases(paths: list[str]) -> list[list[str]]:
    """pytest's arguments of each run: single files at once, for the fast loop; else in parallel, then those alone."""
    where = [str(Path(path.split("::")[0]).absolute()) + path[len(path.split("::")[0]) :] for path in paths]
    if paths and not any(Path(path).is_dir() for path in paths):
        return [[*where, "-p", "no:xdist"]]
    workers = str(min(4, os.cpu_count() or 2))
    return [[*where, "-n", workers, "-m", f"not ({ALONE})"], [*where, "-m", ALONE, "-p", "no:xdist"]]


def summed(counts: Path) -> Counter[str]:
    """The numbers that the runs wrote, added up."""
    total: Counter[str] = Counter()
    for line in counts.read_text().splitlines() if counts.exists() else ():
        total.update({name: int(number) for name, number in (pair.split("=") for pair in line.split())})
    del total["deselected"]  # each run leaves out what the other takes
    return total


def summary(numbers: Counter[str], seconds: float) -> str:
    """pytest's closing line, over all runs."""
    parts = [f"{numbers[word]} {word}" for word in WORDS if numbers[word]] or ["no tests ran"]
    said = f" {', '.join(parts)} in {seconds:.2f}s "
    return f"{said:=^80}"
