"""A case as its history says: the row on the table is this and nothing else."""

from __future__ import annotations

from typing import Any

import msgspec

from bina.flow.cases.moves import State

# Whose hands a case may be in; the time of every case is split among these.
HANDS = ("137", "unit", "up", "outside", "credit", "citizen", "other", "nobody")


class Summary(msgspec.Struct):
    """A case as its history says; times are whole epoch seconds. `more` holds what no list is sorted or filtered by."""

    code: str
    subject_id: int
    place: str
    priority: int
    hazard: bool
    sensitivity: int
    origin: str
    registered_at: int
    changed_at: int
    hands_since: int
    seq: int = 1
    state: str = State.REGISTERED
    outcome: str | None = None
    district_id: int | None = None
    subdistrict_id: int | None = None
    neighbourhood_id: int | None = None
    desk_id: int | None = None
    unit_id: int | None = None
    lat_e6: int | None = None
    lon_e6: int | None = None
    hands: str = "137"
    unit_due_at: int | None = None
    news_due_at: int | None = None
    answered_at: int | None = None
    reported_at: int | None = None
    done_at: int | None = None
    confirmed_at: int | None = None
    closed_at: int | None = None
    answer_until: int | None = None
    guarantee_until: int | None = None
    word_at: int | None = None
    finding: str | None = None
    authors: int = 1
    recontacts: int = 0
    disputes: int = 0
    returns: int = 0
    send_backs: int = 0
    calls: int = 0
    merged_into_id: int | None = None
    old_code: str | None = None
    more: dict[str, Any] = msgspec.field(default_factory=dict)


TIMES = (
    "registered_at",
    "changed_at",
    "hands_since",
    "unit_due_at",
    "news_due_at",
    "answered_at",
    "reported_at",
    "done_at",
    "confirmed_at",
    "closed_at",
    "answer_until",
    "guarantee_until",
    "word_at",
)


def hands_of(s: Summary) -> str:
    """Whose hands the case is in by its state, its owner and the hold that is charged first (DESIGN, Hold)."""
    if s.state == State.CLOSED:
        return "nobody"
    if s.state in (State.REGISTERED, State.REPORTED):
        return "137"
    owner = s.more.get("owner", "unit")
    if s.state == State.WAITING:
        standing = [h for h in s.more.get("holds", []) if h["word"] == "attested" and not h.get("self")]
        if standing:
            return str(min(standing, key=lambda h: h["rank"])["owner"])
    return str(owner)
