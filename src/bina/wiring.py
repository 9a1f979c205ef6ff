"""What follows from what: rows made in a verb's transaction, timers that fall due, readers of the history."""

from __future__ import annotations


def connect() -> None:
    """Called once at start, when every model is loaded."""
