"""How a case and its history look in JSON; times are epoch seconds, places degrees."""

from __future__ import annotations

from typing import Any

from ninja import Schema

from bina.flow.cases.events import seconds
from bina.flow.cases.history import Entry as HistoryEntry
from bina.flow.cases.models import Case as CaseRow
from bina.ground.catalogue import subjects
from bina.ground.city import places, units


class Three(Schema):
    """The three numbers of one case, never one alone: answered, done with proof, confirmed."""

    answered_at: int | None
    done_at: int | None
    confirmed_at: int | None


class Case(Schema):
    """A request."""

    code: str
    old_code: str | None
    seq: int
    state: str
    outcome: str | None
    subject: str
    district: str | None
    unit: str | None
    hands: str
    hands_since: int
    priority: int
    hazard: bool
    place: str
    lat: float | None
    lon: float | None
    address: str
    authors: int
    recontacts: int
    registered_at: int
    unit_due_at: int | None
    news_due_at: int | None
    finding: str | None
    closed_at: int | None
    three: Three
    origin: str


class Entry(Schema):
    """One event of a request."""

    seq: int
    verb: str
    at: int
    actor: str
    channel: str
    origin: str
    state: str
    given: dict[str, Any]
    n: int | None


def _at(moment: Any) -> int | None:
    return None if moment is None else seconds(moment)


def case_of(c: CaseRow, address: str) -> dict[str, Any]:
    """A case as the API gives it."""
    subject = subjects.by_id(c.subject_id)
    district = places.area(c.district_id) if c.district_id else None
    unit = units.by_id(c.unit_id) if c.unit_id else None
    return {
        "code": c.code, "old_code": c.old_code, "seq": c.seq, "state": c.state, "outcome": c.outcome,
        "subject": subject.code if subject else "", "district": district.code if district else None,
        "unit": unit.code if unit else None, "hands": c.hands, "hands_since": _at(c.hands_since),
        "priority": c.priority, "hazard": c.hazard, "place": c.place,
        "lat": None if c.lat_e6 is None else c.lat_e6 / 1e6, "lon": None if c.lon_e6 is None else c.lon_e6 / 1e6,
        "address": address, "authors": c.authors, "recontacts": c.recontacts, "registered_at": _at(c.registered_at),
        "unit_due_at": _at(c.unit_due_at), "news_due_at": _at(c.news_due_at), "finding": c.finding,
        "closed_at": _at(c.closed_at), "origin": c.origin,
        "three": {"answered_at": _at(c.answered_at), "done_at": _at(c.done_at), "confirmed_at": _at(c.confirmed_at)},
    }  # fmt: skip


def entry_of(e: HistoryEntry) -> dict[str, Any]:
    """An event as the API gives it, without words."""
    return {
        "seq": e.seq, "verb": e.verb, "at": seconds(e.at), "actor": e.actor, "channel": e.channel, "origin": e.origin,
        "state": e.state, "given": e.given, "n": e.n,
    }  # fmt: skip
