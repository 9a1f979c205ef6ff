"""`./bina backup DIR`: a base backup of the database, the files, the settings and a fresh seal, in one folder."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import psycopg

from bina import __version__
from bina.config import config
from bina.doors.cli.account import account, dropped
from bina.doors.cli.postgres import Cluster
from bina.doors.cli.refusal import Refused
from bina.flow.cases import clerk
from bina.flow.cases.seals import seal

MANIFEST = "backup.json"
KEPT = ("secret", "bina.env", "port")


def run(argv: list[str]) -> int:
    """Takes the backup; 0 when it is whole."""
    parser = argparse.ArgumentParser(prog="bina backup", description=__doc__)
    parser.add_argument("folder", type=Path, help="where to put it; must be absent or empty")
    given = parser.parse_args(argv)
    target = given.folder.absolute()
    if target.exists() and any(target.iterdir()):
        raise Refused(f"{target} is not empty; name a new folder.")
    if config().database_url and "host=" not in config().database_url:
        raise Refused("this installation uses a database server of its own; back it up there (pg_basebackup).")
    take(config().home, target)
    print(f"  backup of {config().home} is in {target}; bring it back with: ./bina restore {target} --home NEW")
    return 0


def take(home: Path, target: Path) -> None:
    """Seal, database, files, settings, in that order: files are never changed, so later is never too late."""
    with psycopg.connect(clerk.conninfo(), autocommit=True) as connection:
        clerk.drain(connection)
    witnessed = seal(home / "seals")
    target.mkdir(parents=True, exist_ok=True)
    _base(home, target / "pg")
    for name in ("files", "seals"):
        if (home / name).exists():
            shutil.copytree(home / name, target / name, copy_function=_linked)
    for name in KEPT:
        if (home / name).exists():
            shutil.copy2(home / name, target / name)
    manifest = {"version": __version__, "seal": witnessed, "sums": sums(target)}
    (target / MANIFEST).write_text(json.dumps(manifest, indent=1))


def _linked(source: str, target: str) -> str:
    """Files are named by their content and never changed: a hard link is a copy, where the disk allows one."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def _base(home: Path, target: Path) -> None:
    cluster = Cluster(home)
    address = cluster.url("postgres", "super")
    folder = parse_qs(urlparse(address).query)["host"][0]
    who = account()
    work = target
    if who is not None:  # the account may not write where root wants the backup: it writes at home, then it is moved
        work = home / "run" / "backup"
        shutil.rmtree(work, ignore_errors=True)
    done = subprocess.run(
        [cluster.program("pg_basebackup"), "-h", folder, "-U", "postgres", "-D", str(work), "-X", "stream",
         "--checkpoint=fast"],
        capture_output=True, text=True, check=False, **{k: v for k, v in dropped().items() if k != "start_new_session"},
    )  # fmt: skip
    if done.returncode:
        raise Refused(f"the base backup failed: {done.stderr.strip()[-300:]}")
    if work != target:
        shutil.move(str(work), str(target))


def sums(folder: Path) -> dict[str, str]:
    """sha256 of every file of a backup, by its path in it."""
    out = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != MANIFEST:
            with path.open("rb") as file:
                out[str(path.relative_to(folder))] = hashlib.file_digest(file, "sha256").hexdigest()
    return out
