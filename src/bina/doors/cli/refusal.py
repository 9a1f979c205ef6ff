"""What a command says instead of a traceback when it will not do what was asked."""

from __future__ import annotations


class Refused(RuntimeError):
    """The command stops here; the sentence says why and what to type."""


class DatabaseRefused(Refused):
    """The database cannot be used as it is."""
