"""The locks pin everything that was asked for, at versions that were asked for, and no lock contradicts another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.rules.engine import ROOT

DO = "Make the lock anew as docs/howto/renew-the-locks.md says."
_PIN = re.compile(r"^([A-Za-z0-9][\w.\-]*)(?:\[[\w,\-]*\])?==([^\s;\\]+)\s*(?:;([^\\\n]*))?", re.M)


def stale(wanted: str, locks: dict[str, str], name: str) -> list[str]:
    """What `name`.in asks for and no lock installed with it pins rightly; and pins that differ between locks."""
    pins: dict[str, set[str]] = {}
    where: dict[tuple[str, str], set[str]] = {}
    for text in locks.values():
        for package, version, marker in _PIN.findall(text):
            pins.setdefault(canonicalize_name(package), set()).add(version)
            where.setdefault((canonicalize_name(package), marker.strip()), set()).add(version)
    wrong = [f"{p} is pinned at {' and '.join(sorted(v))} at once. {DO}" for (p, _), v in where.items() if len(v) > 1]
    for line in wanted.splitlines():
        line = line.split("#")[0].strip()
        if not line or line.startswith("-"):
            continue
        asked = Requirement(line)
        found = pins.get(canonicalize_name(asked.name), set())
        if not any(asked.specifier.contains(version, prereleases=True) for version in found):
            wrong.append(f"requirements/{name}.in asks for {line}; the lock has {', '.join(found) or 'nothing'}. {DO}")
    return wrong


def locked(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text() for path in folder.glob("*.lock")}


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "requirements").glob("*.in")))
def test_the_lock_holds_what_was_asked_for(name: str) -> None:
    locks = locked(ROOT / "requirements")
    assert name in locks, f"requirements/{name}.in has no lock. {DO}"
    found = stale((ROOT / f"requirements/{name}.in").read_text(), locks, name)
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_a_stale_lock_is_caught() -> None:
    fine = {"main": "django==5.2.19 \\\n    --hash=sha256:00\n", "test": "pytest==9.2.0\n"}
    assert stale("Django>=5.2,<5.3\n# comment\n", fine, "main") == []
    assert "lock has 5.2.19" in stale("Django>=6", fine, "main")[0]
    assert "lock has nothing" in stale("msgspec", fine, "main")[0]
    forked = "numpy==2.4 ; python_version < '3.12' \\\nnumpy==2.5 ; python_version >= '3.12' \\\n"
    assert stale("numpy", {"main": forked}, "main") == []
    assert "at once" in stale("", {**fine, "test": "Django==5.2.18\n"}, "main")[0]
