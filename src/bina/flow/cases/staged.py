"""Photos that wait for their report to be sent: cleaned already, kept a day under a name that nobody can guess."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import msgspec

from bina.config import config
from bina.flow.cases.photos import Photo, room

KEPT_SECONDS = 24 * 3600
_NAME = re.compile(r"[0-9a-f]{32}")


def folder() -> Path:
    """Where they wait; apart from the files of cases, so that none is taken for evidence."""
    return config().home / "staged"


def stage(photo: Photo) -> str:
    """Keeps a picture that `photos.clean` has made; its name, by which whoever sent it takes it up again."""
    room(folder())
    name = secrets.token_hex(16)
    part = folder() / f"{name}.part"
    part.write_bytes(msgspec.msgpack.encode(photo))
    part.rename(folder() / name)
    return name


def take(name: str) -> Photo | None:
    """The picture of a name, None when there is none or its day is over."""
    path = folder() / name
    if not _NAME.fullmatch(name) or not path.is_file():
        return None
    return msgspec.msgpack.decode(path.read_bytes(), type=Photo)


def drop(name: str) -> None:
    """Forgets one: it was sent, or taken away by who sent it."""
    if _NAME.fullmatch(name):
        (folder() / name).unlink(missing_ok=True)


def forget() -> int:
    """Removes what was never sent; how many. A file's age is told by the disk's own clock."""
    if not folder().is_dir():
        return 0
    mark = folder() / ".now"
    mark.touch()
    oldest = mark.stat().st_mtime - KEPT_SECONDS
    old = [path for path in folder().iterdir() if path.stat().st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
