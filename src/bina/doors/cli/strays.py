"""Processes that a killed supervisor left behind: found by their record and their environment, and stopped."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

MARK = "BINA_PART"  # set in every child, inherited by what the child starts itself
SAME_SECONDS = 2.0  # start times of one process, as two clocks tell them
RECORD = Path("run") / "parts.json"


def record(home: Path, pids: dict[str, int]) -> None:
    """Writes which processes run for this installation: name, process number, start time."""
    rows = []
    for name, pid in pids.items():
        try:
            rows.append({"name": name, "pid": pid, "started": psutil.Process(pid).create_time()})
        except psutil.Error:
            continue
    part = home / RECORD.with_suffix(".new")
    part.write_text(json.dumps(rows))
    part.rename(home / RECORD)


def recorded(home: Path) -> list[psutil.Process]:
    """The recorded processes that still run: the same number with the same start time."""
    try:
        rows = json.loads((home / RECORD).read_text())
    except (OSError, ValueError):
        return []
    found = []
    for row in rows:
        try:
            process = psutil.Process(int(row["pid"]))
            if abs(process.create_time() - float(row["started"])) < SAME_SECONDS and _alive(process):
                found.append(process)
        except (psutil.Error, KeyError, TypeError, ValueError):
            continue
    return found


def find(home: Path) -> list[psutil.Process]:
    """Every process of this installation's parts, whoever started it, except this one and PostgreSQL."""
    found = {process.pid: process for process in recorded(home)}
    for process in psutil.process_iter():
        try:
            if process.uids().real != os.geteuid():
                continue
            environment = process.environ()
        except (psutil.Error, OSError):
            continue
        if environment.get("BINA_HOME") == str(home) and environment.get(MARK) and _alive(process):
            found[process.pid] = process
    found.pop(os.getpid(), None)
    return list(found.values())


def stop(home: Path, *, seconds: float = 15) -> int:
    """Ends them: asked first, killed after `seconds`; how many there were."""
    processes = find(home)
    for process in processes:
        _send(process, signal.SIGTERM)
    until = time.monotonic() + seconds
    left: Iterable[psutil.Process] = processes
    while time.monotonic() < until:
        left = [process for process in left if _alive(process)]
        if not left:
            break
        time.sleep(0.05)
    for process in find(home):
        _send(process, signal.SIGKILL)
    (home / RECORD).unlink(missing_ok=True)
    return len(processes)


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _send(process: psutil.Process, order: int) -> None:
    with suppress(psutil.Error):
        process.send_signal(order)
