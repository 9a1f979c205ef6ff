"""Time by owner (اکنون نزد کیست): every second of a case charged to one owner, from the history alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from bina.flow.cases.moves import State
from bina.flow.cases.rows import Change
from bina.flow.cases.summary import Summary

# The owners a second can be charged to; credit in two tints, split at the due date.
OWNERS = ("137", "unit", "up", "outside", "plan", "credit", "citizen", "other", "unknown")


class Span(msgspec.Struct, frozen=True):
    """From `start` to `end` (epoch seconds) in one owner's hands; `apart` marks what an unattested hold covers."""

    owner: str
    start: int
    end: int
    body: int | None = None
    apart: bool = False
    constraint: str | None = None


class _Hold(msgspec.Struct):
    seq: int
    rank: int
    owner: str
    constraint: str
    start: int
    end: int
    body: int | None = None
    silent_at: int | None = None
    credit_due_at: int | None = None
    self_made: bool = False
    attested: bool = False
    contested: bool = False


def _collect(changes: Sequence[Change], until: int) -> list[_Hold]:
    """The holds of a history, with what was said of each in the end (a later word covers the whole span)."""
    holds: dict[int, _Hold] = {}
    open_holds: set[int] = set()
    for change in changes:
        event, at = change.event, change.after.changed_at
        if event.verb == "hold":
            g = event.given
            holds[event.seq] = _Hold(
                event.seq, g["rank"], g["owner"], g["constraint"], at, until, g.get("body"), g.get("silent_at"),
                g.get("credit_due_at"), bool(g.get("self")), bool(g.get("attested")),
            )  # fmt: skip
        elif event.verb == "hold_attested":
            holds[event.given["hold"]].attested = True
        elif event.verb == "hold_contested":
            holds[event.given["hold"]].contested = not _silent(holds[event.given["hold"]], at)
        standing = {h["seq"] for h in change.after.more.get("holds", [])}
        for seq in open_holds - standing:
            holds[seq].end = at
        open_holds = standing
    return list(holds.values())


def _silent(hold: _Hold, at: int) -> bool:
    """Whether the body had already been silent past its third working day: then that time stays its own."""
    return hold.silent_at is not None and at > hold.silent_at


def _owner(hold: _Hold, at: int) -> str:
    if hold.owner == "credit":
        return "plan" if hold.credit_due_at is not None and at < hold.credit_due_at else "credit"
    return hold.owner


def _charged(hold: _Hold, at: int) -> bool:
    """Is this moment the hold's owner's? Attested: all of it; silent: from the third day's end; else the unit's."""
    if hold.self_made or hold.contested:
        return False
    return hold.attested or (hold.silent_at is not None and at >= hold.silent_at)


def _waiting(summary: Summary, start: int, end: int, holds: list[_Hold]) -> list[Span]:
    """One stretch of waiting, cut where a hold begins, ends, falls silent or comes due."""
    mine = [h for h in holds if h.start < end and h.end > start]
    cuts = {start, end}
    for h in mine:
        cuts |= {t for t in (h.start, h.end, h.silent_at, h.credit_due_at) if t is not None and start < t < end}
    points = sorted(cuts)
    spans = []
    base = str(summary.more.get("owner", "unit"))
    for a, b in pairwise(points):
        standing = [h for h in mine if h.start <= a and h.end >= b]
        charged = [h for h in standing if _charged(h, a)]
        if charged:
            first = min(charged, key=lambda h: (h.rank, h.seq))
            spans.append(Span(_owner(first, a), a, b, first.body, False, first.constraint))
        else:
            named = min(standing, key=lambda h: (h.rank, h.seq)) if standing else None
            apart = named is not None and not named.self_made and not named.contested
            spans.append(Span(base, a, b, summary.unit_id, apart, named.constraint if named else None))
    return spans


def spans(changes: Sequence[Change], until: int) -> list[Span]:
    """The whole life of a case in consecutive spans, to the second, up to `until` or its closing.

    The spans join without gap or overlap, so their lengths add up to the whole.
    """
    out: list[Span] = []
    holds = _collect(changes, until)
    for i, change in enumerate(changes):
        s, start = change.after, change.after.changed_at
        following = changes[i + 1] if i + 1 < len(changes) else None
        end = following.after.changed_at if following else until
        if end <= start or s.state == State.CLOSED:
            continue
        if following and following.event.given.get("no_time"):
            out.append(Span("unknown", start, end))
        elif s.state == State.WAITING:
            out += _waiting(s, start, end, holds)
        elif s.state in (State.REGISTERED, State.REPORTED):
            out.append(Span("137", start, end))
        else:
            out.append(Span(str(s.more.get("owner", "unit")), start, end, s.unit_id))
    return _joined(out)


def _joined(parts: list[Span]) -> list[Span]:
    """Neighbouring spans of one owner as one."""
    out: list[Span] = []
    for span in parts:
        last = out[-1] if out else None
        if last and last.end == span.start and (last.owner, last.body, last.apart, last.constraint) == (
            span.owner, span.body, span.apart, span.constraint,
        ):  # fmt: skip
            out[-1] = Span(last.owner, last.start, span.end, last.body, last.apart, last.constraint)
        else:
            out.append(span)
    return out


def by_owner(parts: Sequence[Span]) -> dict[str, int]:
    """Whole seconds of each owner."""
    total: dict[str, int] = {}
    for span in parts:
        total[span.owner] = total.get(span.owner, 0) + span.end - span.start
    return total
