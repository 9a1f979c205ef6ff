"""What an administrator reads of people and desks, past and coming rows too: pages of people, rights, holders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from bina.ground.city.dated import in_force, this_day
from bina.ground.city.models import Desk, DeskHolder, Person, Right
from bina.ground.city.people import RightRow
from bina.ground.city.roles import Role
from bina.ground.sla.version import per_version
from bina.ground.text.letters import canonical


@dataclass(frozen=True, slots=True)
class Colleague:
    """One person of the list, with the rights that hold today in words."""

    id: int
    username: str
    name: str
    phone: str
    email: str
    active: bool
    ready: bool  # has set a password
    rights: tuple[RightRow, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A desk in somebody's hands over a span of days."""

    id: int
    desk_id: int
    desk: str
    person_id: int
    person: str
    valid_from: date
    valid_to: date | None

    @property
    def when(self) -> str:
        """past, now or coming."""
        return when(self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One desk with whoever holds it today."""

    id: int
    code: str
    name: str
    area: str
    holders: tuple[Held, ...]


def when(valid_from: date, valid_to: date | None) -> str:
    """Where a span lies by today: past, now or coming."""
    if valid_to is not None and valid_to <= this_day():
        return "past"
    return "now" if valid_from <= this_day() else "coming"


def page(text: str, *, after: str = "", limit: int = 50, ended: bool = False) -> list[Colleague]:
    """People by the name they sign in with, from after one on; `text` is part of a name; `ended`: those who left."""
    rows = Person.objects.filter(is_active=not ended, username__gt=after).order_by("username")
    if sought := canonical(text)[:100]:
        rows = rows.filter(Q(name__icontains=sought) | Q(username__icontains=sought))
    people = list(rows[:limit])
    rights = _rights([p.pk for p in people])
    return [_colleague(p, [r for r in rights if r.person_id == p.pk]) for p in people]


def one(person_id: int) -> Colleague | None:
    """One person with all his rights, past and coming too; None for an unknown id."""
    row = Person.objects.filter(pk=person_id).first()
    return _colleague(row, _rights([person_id]), every=True) if row is not None else None


def find(typed: str) -> int | None:
    """The person of a sign-in name, or of a name that only one who works here has."""
    text = canonical(typed)[:150]
    row = Person.objects.filter(username=text, is_active=True).first()
    if row is not None:
        return int(row.pk)
    named = list(Person.objects.filter(name=text, is_active=True)[:2])
    return int(named[0].pk) if len(named) == 1 else None


def suggestions(limit: int = 400) -> list[tuple[str, str]]:
    """Sign-in names and names of people who work here, for choosing one while typing."""
    rows = Person.objects.filter(is_active=True).order_by("username")
    return list(rows.values_list("username", "name")[:limit])


@per_version
def names() -> dict[int, str]:
    """The names of all people who ever worked here, by number."""
    return dict(Person.objects.values_list("pk", "name"))


def right(right_id: int) -> RightRow | None:
    """One right, also one that ended."""
    row = Right.objects.filter(pk=right_id).first()
    return _right(row) if row is not None else None


def held_by(person_id: int) -> list[Held]:
    """The desks somebody held, holds or will hold, the newest first."""
    return _held(Q(person_id=person_id))


def holders_of(desk_id: int) -> list[Held]:
    """Who held, holds or will hold a desk, the newest first."""
    return _held(Q(desk_id=desk_id))


def holding(holder_id: int) -> Held | None:
    """One holding by its number."""
    found = _held(Q(pk=holder_id))
    return found[0] if found else None


def desk_lines() -> list[DeskLine]:
    """All desks in force with whoever holds them today, by code; two statements."""
    today = this_day()
    held: dict[int, list[Held]] = {}
    for one in _held(Q(valid_to=None) | Q(valid_to__gt=today)):
        if one.when == "now":
            held.setdefault(one.desk_id, []).append(one)
    desks = [d for d in Desk.objects.select_related("area").order_by("code") if in_force(d, today)]
    return [DeskLine(d.pk, d.code, d.name, d.area.name, tuple(held.get(d.pk, ()))) for d in desks]


def _held(which: Q) -> list[Held]:
    rows = DeskHolder.objects.filter(which, person__is_active=True).select_related("desk", "person")
    return [
        Held(h.pk, h.desk_id, h.desk.name, h.person_id, h.person.name, h.valid_from, h.valid_to)
        for h in rows.order_by("-valid_from", "-pk")
    ]


def _rights(person_ids: Iterable[int]) -> list[RightRow]:
    return [_right(row) for row in Right.objects.filter(person_id__in=list(person_ids)).order_by("pk")]


def _right(r: Right) -> RightRow:
    return RightRow(r.pk, r.person_id, Role(r.role), r.unit_id, r.area_id, r.sensitivity, r.valid_from, r.valid_to)


def _colleague(p: Person, rights: list[RightRow], *, every: bool = False) -> Colleague:
    shown = [r for r in rights if every or when(r.valid_from, r.valid_to) == "now"]
    return Colleague(p.pk, p.username, p.name, p.phone, p.email, p.is_active, p.has_usable_password(), tuple(shown))
