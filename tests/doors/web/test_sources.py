"""Files that are not ours are the ones that were looked at: their hashes stand in SOURCES.md."""

from __future__ import annotations

import hashlib

from bina.doors.web.assets import FOLDER

FOREIGN = ("vendor/", "fonts/")


def recorded() -> dict[str, str]:
    rows = (line.split("|") for line in (FOLDER / "SOURCES.md").read_text().splitlines() if line.startswith("| "))
    return {row[1].strip(): row[5].strip() for row in rows if "/" in row[1]}


def test_every_foreign_file_is_recorded_with_its_hash() -> None:
    found = {
        path.relative_to(FOLDER).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in FOLDER.rglob("*")
        if path.is_file() and path.relative_to(FOLDER).as_posix().startswith(FOREIGN)
    }
    assert found == recorded(), "Follow the recipe in static/SOURCES.md, then write the new hash there."
