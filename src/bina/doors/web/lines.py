"""What the history shows of one event: a line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One event as it is read: when, what, who and through what, what was said, and whether citizens see it."""

    at: datetime
    what: str
    who: tuple[str, ...] = ()
    said: str = ""  # a person's own words, quoted
    more: str = ""
    inner: bool = False  # citizens do not see it
    by_citizen: bool = False
    step: bool = False  # the case moved
    anchor: str = ""

    @property
    def shape(self) -> str:
        """The nuqta's class: full for a citizen's act, half for a move, hollow for the rest."""
        return "" if self.by_citizen else " nq-1" if self.step else " nq-0"
