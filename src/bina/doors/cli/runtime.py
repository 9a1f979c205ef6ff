"""Leaving root: the command starts again as the installation's account, from programs that account can read.

Where Python or the checkout lie in a folder closed to it (a checkout or an interpreter under /root), they are copied
into BINA_HOME/runtime, by hard links where possible; folders that are not ours are never opened to others.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

from bina.config import child_environment, config
from bina.doors.cli.account import account, can
from bina.doors.cli.installation import holder, take
from bina.doors.cli.refusal import Refused
from bina.doors.cli.steps import say

ROOT = Path(__file__).resolve().parents[4]
APP = ("src", "cities")
NOT_COPIED = shutil.ignore_patterns("test", "tests", "idlelib", "tkinter", "turtledemo", "*.a", "site-packages")
FIRST_UID = 0  # root
SAID_SECONDS = 0.5  # a step that took less is not worth a line


def step_down(argv: list[str]) -> None:
    """Returns at once for an ordinary user. As root: starts `bina ARGV` again as the account, in this same process."""
    who = account()
    if os.geteuid() != FIRST_UID:
        return
    if who is None:
        raise Refused("root may not run the database, and there is no user «bina» or «nobody». Type: useradd -r bina")
    home = config().home
    take(home)
    python, path = readable(home)
    environment = child_environment(HOME=str(home), USER=who.name, LOGNAME=who.name, PYTHONDONTWRITEBYTECODE="")
    environment["PYTHONPATH"] = path
    if python != sys.executable:
        environment["LD_LIBRARY_PATH"] = str(home / "runtime" / "python" / "lib")  # of an interpreter built shared
    os.chdir(home)
    os.setgroups([])
    os.setgid(who.gid)
    os.setuid(who.uid)
    os.execve(python, [python, "-m", "bina", *argv], environment)


def readable(home: Path) -> tuple[str, str]:
    """An interpreter with our packages, and the folder of our code: these if the account reads them, else copies."""
    wanted = (Path(sys.executable).resolve(), Path(os.__file__), Path(shutil.__file__), Path(__file__))
    packages = Path(sys.prefix) / "bin" / "python"
    if can(packages, execute=True) and all(can(path) for path in wanted):
        return sys.executable, str(ROOT / "src")
    began = time.monotonic()
    runtime = home / "runtime"
    _refuse_links(runtime)
    mark = _mark()
    stamp = runtime / "stamp"
    if holder(home) is not None and (runtime / "app").exists():  # it runs: what it runs from is left as it is
        return str(runtime / "venv" / "bin" / "python"), str(runtime / "app" / "src")
    if not stamp.exists() or stamp.read_text() != mark:
        shutil.rmtree(runtime, ignore_errors=True)
        _copy_python(runtime)
        stamp.write_text(mark)
    _copy_app(runtime)
    if time.monotonic() - began > SAID_SECONDS:
        say(f"  {'programs for ' + _name():<34}{time.monotonic() - began:.1f} s")
    return str(runtime / "venv" / "bin" / "python"), str(runtime / "app" / "src")


def _name() -> str:
    who = account()
    return who.name if who else ""


def _refuse_links(runtime: Path) -> None:
    """Root writes here: a link that somebody laid would lead it astray."""
    if runtime.is_symlink() or (runtime.exists() and runtime.stat().st_uid != FIRST_UID):
        raise Refused(f"{runtime} was not made by root. Remove it and start again: rm -r {runtime}")


def _mark() -> str:
    """What the copies depend on: the interpreter and the installed locks."""
    locks = sorted((Path(sys.prefix) / "bina-locks").glob("*.lock"))
    state = [f"{lock.name} {lock.stat().st_mtime_ns}" for lock in locks]
    return "\n".join([sys.version, sys.base_prefix, sys.prefix, *state])


def _copy_python(runtime: Path) -> None:
    """The interpreter and the virtual environment, joined to each other at their new place."""
    runtime.mkdir(mode=0o755)
    runtime.chmod(0o755)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    base, python = Path(sys.base_prefix), runtime / "python"
    if can(Path(sys.executable).resolve(), execute=True) and can(Path(os.__file__)):
        program = Path(sys.executable).resolve()
    else:
        (python / "bin").mkdir(parents=True)
        (python / "lib").mkdir()
        shutil.copytree(
            base / "lib" / version, python / "lib" / version, symlinks=True, ignore=NOT_COPIED, copy_function=_link
        )
        for library in (base / "lib").glob("libpython*"):
            shutil.copy2(library, python / "lib" / library.name, follow_symlinks=False)
        program = python / "bin" / version
        _link(str(Path(sys.executable).resolve()), str(program))
    packages = Path(os.path.realpath(sys.prefix)) / "lib" / version / "site-packages"
    there = runtime / "venv" / "lib" / version / "site-packages"
    shutil.copytree(packages, there, symlinks=True, copy_function=_link)
    (runtime / "venv" / "bin").mkdir()
    (runtime / "venv" / "bin" / "python").symlink_to(program)
    (runtime / "venv" / "pyvenv.cfg").write_text(f"home = {program.parent}\ninclude-system-site-packages = false\n")


def _copy_app(runtime: Path) -> None:
    """Our own code and the cities, anew at each start: it may have changed."""
    fresh, there = runtime / "app.new", runtime / "app"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o755)
    for part in APP:
        if (ROOT / part).exists():
            shutil.copytree(ROOT / part, fresh / part, symlinks=True)
    shutil.rmtree(there, ignore_errors=True)
    fresh.rename(there)


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
    return target
