"""Steps of a set-up as they are printed: the name, then the seconds it took."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

WIDTH = 34  # as in ./bina


def say(line: str) -> None:
    """One line to the terminal; a terminal that has gone away is no reason to stop."""
    try:
        print(line, flush=True)
    except OSError:
        sys.stdout = open("/dev/null", "w")  # noqa: SIM115 - lives as long as the process


@contextmanager
def step(name: str) -> Iterator[None]:
    """Prints the step's name and, at its end, its seconds; what went wrong is said by whoever catches it."""
    began = time.monotonic()
    try:
        yield
    except BaseException:
        say(f"  {name:<{WIDTH}}failed after {time.monotonic() - began:.1f} s")
        raise
    say(f"  {name:<{WIDTH}}{time.monotonic() - began:.1f} s")
