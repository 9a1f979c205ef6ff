"""An installation's folder: taken when it is empty or ours, refused in words when it is somebody else's."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bina.doors.cli import installation
from bina.doors.cli.account import account, can
from bina.doors.cli.refusal import Refused
from tests import databases


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that exists already, as its maker left it."""
    folder = databases.home() / f"home-{os.getpid()}"
    folder.mkdir(parents=True)
    yield folder
    shutil.rmtree(folder)


def test_an_empty_folder_somebody_made_becomes_the_installations(place: Path) -> None:
    place.chmod(0o700)
    installation.prepare(place)
    installation.prepare(place)  # and once more
    who = account()
    assert place.stat().st_uid == (who.uid if who else os.geteuid())
    assert can(place, write=True)
    assert {path.name for path in place.iterdir()} == {*installation.FOLDERS, "secret"}
    assert (place / "secret").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can take what the account may not write to")
def test_a_folder_with_other_things_in_it_is_left_alone(place: Path) -> None:
    place.chmod(0o755)
    (place / "letters.txt").write_text("mine")
    with pytest.raises(Refused, match="can not write in"):
        installation.prepare(place)
    assert place.stat().st_uid == 0
    assert [path.name for path in place.iterdir()] == ["letters.txt"]


def test_a_place_where_no_folder_can_be_made_is_refused(place: Path) -> None:
    (place / "file").write_text("")
    with pytest.raises(Refused, match="Choose another folder"):
        installation.prepare(place / "file" / "home")
