"""Imports go down the alphabet, doors never meet, every package is placed: held by import-linter, proven on copies."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rules.engine import ROOT
from tests.rules.floors import order, points_up

DO = (
    "Move the function to the floor that both may know, or let the higher package call the lower one. "
    "The order stands in pyproject.toml, [tool.importlinter]."
)
# file → the line added to it, and the contract that must be the one to fall.
VIOLATIONS = {
    "upward between floors": ("ground/text/letters.py", "from bina.flow.cases import moves", "The floors"),
    "upward inside a floor": ("flow/cases/moves.py", "import bina.flow.waiting.models", "Inside flow"),
    "upward inside ground": ("ground/sla/clock.py", "from bina.ground.city import models", "Inside ground"),
    "hidden in a function": (
        "ground/city/models.py",
        "def late():\n    from bina.flow.cases import moves",
        "The floors",
    ),
    "relative": ("ground/city/models.py", "from ...flow.cases import moves", "The floors"),
    "from door to door": ("doors/web/lines.py", "import bina.doors.api", "Doors never"),
    "a package without a place": ("flow/juggling/__init__.py", "", "Inside flow"),
    "a floor without a place": ("cellar/__init__.py", "", "The floors"),
    "the configuration knows Bina": ("config.py", "import bina.ground.text.letters", "config.py"),
    "the wiring is asked from below": ("flow/cases/moves.py", "import bina.wiring", "wiring.py"),
}


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--config", "pyproject.toml", "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "src"), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def skeleton(root: Path) -> Path:
    """The tree of packages with empty modules: enough for contracts, quick to read."""
    for path in (ROOT / "src/bina").rglob("*.py"):
        copy = root / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.touch()
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


def test_imports_go_down_the_alphabet() -> None:
    ran = lint(ROOT)
    if ran.returncode:
        pytest.fail(f"{ran.stdout}{ran.stderr}\n{DO}", pytrace=False)


def test_the_empty_tree_passes(tmp_path: Path) -> None:
    ran = lint(skeleton(tmp_path))
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("case", VIOLATIONS)
def test_a_violation_is_caught(case: str, tmp_path: Path) -> None:
    file, line, contract = VIOLATIONS[case]
    spoiled = skeleton(tmp_path) / "src/bina" / file
    spoiled.parent.mkdir(exist_ok=True)
    spoiled.write_text(line + "\n")
    ran = lint(tmp_path)
    assert ran.returncode, f"import-linter let «{case}» pass"
    fallen = [row for row in ran.stdout.splitlines() if row.endswith("BROKEN")]
    assert any(contract in row for row in fallen), ran.stdout


def test_the_order_read_from_the_contracts() -> None:
    packages = order()
    assert packages.index("bina.flow.waiting") < packages.index("bina.flow.cases") < packages.index("bina.ground.city")
    assert packages[0] == "bina.doors"
    assert packages[-1] == "bina.ground.text"
    assert points_up("bina.ground.city.models", "bina.flow.cases.models", packages)
    assert not points_up("bina.flow.cases.models", "bina.ground.city.models", packages)
    assert not points_up("bina.flow.cases.models", "django.contrib.auth.models", packages)
