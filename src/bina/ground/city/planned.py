"""Changes ordered for a day to come: kept, listed, taken back; whoever makes them on their day marks them as made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bina.ground.city.models import PlannedChange
from bina.ground.sla import clock


@dataclass(frozen=True, slots=True)
class Planned:
    """One change to come: of what (subject, unit) and which (its code), which fields to what, on which day, why."""

    id: int
    what: str
    key: str
    values: dict[str, Any]
    on: date
    why: str
    person_id: int | None
    ordered_at: datetime


def order(*, what: str, key: str, values: Mapping[str, Any], on: date, why: str, person_id: int | None) -> int:
    """Keeps a change for a day; gives its number."""
    row = PlannedChange.objects.create(
        what=what, key=key, values=dict(values), on=on, why=why, person_id=person_id, ordered_at=clock.now()
    )
    return int(row.pk)


def of(what: str, key: str) -> list[Planned]:
    """What still waits for one thing, in the order of the days."""
    return [_row(row) for row in _waiting().filter(what=what, key=key).order_by("on", "id")]


def coming(limit: int = 50) -> list[Planned]:
    """What still waits for anything, the nearest day first."""
    return [_row(row) for row in _waiting().order_by("on", "id")[:limit]]


def next_due(today: date) -> Planned | None:
    """The first change whose day has come, locked for whoever makes it (call in a transaction); None if none."""
    row = _waiting().filter(on__lte=today).select_for_update(skip_locked=True).order_by("on", "id").first()
    return _row(row) if row is not None else None


def by_id(number: int) -> Planned | None:
    """One that still waits; None for any other."""
    row = _waiting().filter(pk=number).first()
    return _row(row) if row is not None else None


def made(number: int) -> None:
    """Marks a change as made."""
    PlannedChange.objects.filter(pk=number).update(done_at=clock.now())


def revoke(number: int) -> bool:
    """Takes a change back before its day; whether it still waited."""
    return bool(_waiting().filter(pk=number).update(revoked_at=clock.now()))


def _waiting() -> Any:
    return PlannedChange.objects.filter(done_at=None, revoked_at=None)


def _row(row: PlannedChange) -> Planned:
    return Planned(row.pk, row.what, row.key, row.values, row.on, row.why, row.person_id, row.ordered_at)
