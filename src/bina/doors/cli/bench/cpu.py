"""CPU seconds of processes and all they started, ended children included."""

from __future__ import annotations

from contextlib import suppress

import psutil


def spent(pids: dict[str, int]) -> dict[str, float]:
    """CPU seconds so far of each named process's tree: its own, its living children's, and of those that ended."""
    return {name: _tree(pid) for name, pid in pids.items()}


def _tree(pid: int) -> float:
    total = 0.0
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        for process in (parent, *parent.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system
                total += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
    return total
