"""As which user of the machine the installation's processes run: root hands them to `bina`, else to `nobody`."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

OF_ROOT = {"runtime", "postgres"}  # programs in an installation that its processes run and must not change


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the machine: numbers and name."""

    uid: int
    gid: int
    name: str


@lru_cache(maxsize=1)
def account() -> Account | None:
    """The user root hands the processes to; None when this process is no root and simply stays who it is."""
    if os.geteuid() != 0:
        return None
    for name in ("bina", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)
    return None


def dropped() -> dict[str, Any]:
    """Keyword arguments for subprocess: the user, and a process group of the child's own."""
    given: dict[str, Any] = {"process_group": 0}
    who = account()
    if who is not None:
        given |= {"user": who.uid, "group": who.gid, "extra_groups": []}
    return given


def give(path: Path, mode: int = 0o700) -> Path:
    """Makes the folder (never touching its parents) and gives it to the account with this mode."""
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    give_file(path, mode)
    return path


def give_file(path: Path, mode: int = 0o600) -> None:
    """Gives one file or folder to the account, with this mode."""
    who = account()
    if who is not None:
        os.chown(path, who.uid, who.gid)
    path.chmod(mode)


def give_left(home: Path) -> None:
    """Gives the account what root's commands have left in an installation: files, seals, locks, logs."""
    who = account()
    if who is None:
        return
    for folder in (home, *(home / name for name in ("files", "seals", "run", "log"))):
        deep = folder.rglob("*") if folder != home else folder.glob("*")
        for path in deep:
            if path.lstat().st_uid == os.geteuid() and path.name not in OF_ROOT:
                os.chown(path, who.uid, who.gid, follow_symlinks=False)


def can(path: Path, *, execute: bool = False, write: bool = False) -> bool:
    """Whether the account can read this path through all its parents (or execute it, write to it; folders: enter)."""
    if account() is None:
        return os.access(path, os.X_OK if execute else os.W_OK if write else os.R_OK)
    test = "-x" if execute else "-w" if write else "-r"
    command = ["/bin/sh", "-c", f'test {test} "$1"', "sh", str(path)]
    return subprocess.run(command, cwd="/", check=False, **dropped()).returncode == 0
