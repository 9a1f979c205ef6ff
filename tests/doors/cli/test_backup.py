"""A backup comes back whole, in another folder, and true; a spoiled one is refused with words."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bina.doors.cli import restore
from bina.doors.cli.refusal import Refused

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.faults


FILL = """
from bina.doors.cli import installation
with installation.open_database():
    from bina.doors.cli import new
    from bina.doors.cli.democity.build import build
    build(new.CITIES / "mashhad", cases=200, instants=50)
"""


def bina(home: Path, *argv: str, code: str = "") -> subprocess.CompletedProcess[str]:
    """One command on an installation, in a process of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("BINA_", "DATABASE_", "DJANGO_"))}
    what = ["-c", code] if code else ["-m", "bina", *argv]
    return subprocess.run(
        [sys.executable, *what], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        env=kept | {"PYTHONPATH": str(ROOT / "src"), "BINA_HOME": str(home)},
    )  # fmt: skip


@pytest.fixture(scope="module")
def taken() -> Iterator[tuple[Path, Path]]:
    """An installation of a small history, and its backup."""
    place = Path("/tmp") / f"bina-backup-{os.getpid()}"  # short: the socket's path has a limit
    place.mkdir(mode=0o755)
    home, kept = place / "home", place / "kept"
    try:
        made = bina(home, "new", "cities/mashhad")
        assert made.returncode == 0, made.stderr
        filled = bina(home, code=FILL)
        assert filled.returncode == 0, filled.stderr
        done = bina(home, "backup", str(kept))
        assert done.returncode == 0, done.stderr + done.stdout
        yield place, kept
    finally:
        shutil.rmtree(place, ignore_errors=True)


def test_it_comes_back_and_is_true(taken: tuple[Path, Path]) -> None:
    place, kept = taken
    back = place / "back"
    done = bina(back, "restore", str(kept))
    assert done.returncode == 0, done.stderr + done.stdout
    assert "everything is true" in done.stdout
    for home in (place / "home", back):
        told = bina(home, "verify", "--json", "--against", str(next((kept / "seals").glob("*.json"))))
        assert told.returncode == 0, told.stdout + told.stderr
    again = bina(back, "restore", str(kept))
    assert again.returncode == 2
    assert "already holds" in again.stderr


@pytest.mark.parametrize("spoil", ["lost", "changed", "newer", "none"])
def test_a_spoiled_one_is_refused(taken: tuple[Path, Path], tmp_path: Path, spoil: str) -> None:
    _place, kept = taken
    copy = tmp_path / "copy"
    shutil.copytree(kept, copy)
    victim = next(p for p in (copy / "pg" / "base").rglob("*") if p.is_file() and p.stat().st_size)
    if spoil == "lost":
        victim.unlink()
    elif spoil == "changed":
        raw = bytearray(victim.read_bytes())
        raw[-1] ^= 1
        victim.write_bytes(raw)
    elif spoil == "newer":
        manifest = copy / "backup.json"
        manifest.write_text(manifest.read_text().replace('"version": "0', '"version": "99'))
    else:
        (copy / "backup.json").unlink()
    home = tmp_path / "home"
    with pytest.raises(Refused, match="backup"):
        restore.bring_back(copy, home)
    assert not (home / "pg").exists()
