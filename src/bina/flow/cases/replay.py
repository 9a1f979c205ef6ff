"""Replay: a history folded, event by event, into the summary of its case."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import Any

from bina.flow.cases.events import Event
from bina.flow.cases.fold import FOLD, WAKES, registered
from bina.flow.cases.moves import State
from bina.flow.cases.summary import Summary, hands_of


def effective(event: Event, before: int | None) -> tuple[int, bool]:
    """When an event counts (whole seconds): max(its at, the one before), capped at recorded_at; and if clamped."""
    at, recorded = event.at // 1_000_000, event.recorded_at // 1_000_000
    counts = min(max(at, before if before is not None else at), max(recorded, before or recorded))
    return counts, counts != at


def _copied(value: Any) -> Any:
    """Lists and dictionaries of `more` anew, two levels deep: the folds change them in place."""
    if isinstance(value, list):
        return [v.copy() if isinstance(v, (list, dict)) else v for v in value]
    return value.copy() if isinstance(value, dict) else value


def apply(before: Summary | None, event: Event) -> Summary:
    """The case after one more event; `before` itself is left as it was."""
    at, clamped = effective(event, before.changed_at if before else None)
    if before is None:
        if event.verb != "register" or event.seq != 1:
            raise ValueError(f"history of case {event.stream_id} does not begin with register but {event.verb}")
        s = registered(event, at)
    else:
        if event.seq != before.seq + 1:
            raise ValueError(f"case {event.stream_id}: event {event.seq} follows {before.seq}")
        s = copy(before)
        s.more = {k: _copied(v) for k, v in before.more.items()}
        fold = FOLD.get(event.verb)
        if fold:
            fold(s, event, at)
        if event.verb in WAKES:
            s.more.pop("snoozed", None)
        if before.state == State.WAITING and s.state != State.WAITING:
            # Whatever hung on the wait is overtaken; the rows of holds, credit, jobs and side referrals follow.
            s.more.pop("holds", None)
            s.more.pop("sides", None)
        s.seq, s.changed_at = event.seq, at
        hands = hands_of(s)
        if hands != s.hands:
            s.hands, s.hands_since = hands, at
    if clamped:
        s.more["clamped"] = s.more.get("clamped", 0) + 1
    return s


def replay(events: Iterable[Event]) -> Summary | None:
    """The whole history folded; None of no events."""
    s: Summary | None = None
    for event in events:
        s = apply(s, event)
    return s
