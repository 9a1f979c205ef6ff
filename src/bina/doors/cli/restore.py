"""`./bina restore DIR --home NEW`: brings a backup back into a new folder; ends with verify."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

from bina import __version__
from bina.config import config
from bina.doors.cli import backup
from bina.doors.cli.account import give, give_file
from bina.doors.cli.installation import open_database
from bina.doors.cli.refusal import Refused


def run(argv: list[str]) -> int:
    """Restores and verifies; 1 when verify finds something."""
    parser = argparse.ArgumentParser(prog="bina restore", description=__doc__)
    parser.add_argument("folder", type=Path, help="the backup")
    given = parser.parse_args(argv)
    bring_back(given.folder.absolute(), config().home)
    with open_database():
        from bina.doors.cli import verify

        return verify.run([])


def bring_back(source: Path, home: Path) -> None:
    """Copies a whole and undamaged backup into an absent or empty folder; Refused says which file is wrong."""
    path = source / backup.MANIFEST
    if not path.exists():
        raise Refused(f"{source} is no backup: it has no {backup.MANIFEST}. Name the folder that backup made.")
    try:
        manifest = json.loads(path.read_text())
        wanted, version = dict(manifest["sums"]), str(manifest["version"])
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(f"{path} cannot be read; this backup is damaged. Take another one.") from error
    if _number(version) > _number(__version__):
        raise Refused(f"this backup is of Bina {version}, newer than this {__version__}; install that version first.")
    found = backup.sums(source)
    wrong = sorted(n for n in wanted.keys() | found.keys() if wanted.get(n) != found.get(n))
    if wrong:
        raise Refused(f"this backup is damaged: {wrong[0]} ({len(wrong)} in all). Take another one.")
    if (home / "pg").exists():
        raise Refused(f"{home} already holds an installation; name a new folder with --home.")
    give(home, 0o750)
    for name in ("pg", "files", "seals"):
        if (source / name).exists():
            shutil.rmtree(home / name, ignore_errors=True)
            shutil.copytree(source / name, home / name)
            for one in (home / name).rglob("*"):
                give(one, 0o700) if one.is_dir() else give_file(one)
            give(home / name)
    for name in backup.KEPT:
        if (source / name).exists() and name != "port":
            shutil.copy2(source / name, home / name)
            give_file(home / name)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
