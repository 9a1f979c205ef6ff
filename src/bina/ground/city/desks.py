"""Follow-up desks: which desk a case reaches, and who holds it on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bina.ground.city.dated import epoch, in_force, standing, this_day
from bina.ground.city.models import Desk, DeskHolder
from bina.ground.sla.version import per_version


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A desk: its district, perhaps one sub-district, perhaps one group of subjects."""

    id: int
    code: str
    name: str
    area_id: int
    subdistrict_id: int | None
    group_code: str | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who holds a desk over a span of days."""

    desk_id: int
    person_id: int
    name: str
    valid_from: date
    valid_to: date | None


def by_id(desk_id: int) -> DeskRow | None:
    """One desk, also one that has ended; None for an unknown id."""
    return _all().get(desk_id)


def by_code(code: str) -> DeskRow | None:
    """One desk by its code, also one that has ended; None for an unknown one."""
    return next((row for row in _all().values() if row.code == code), None)


def of_district(district_id: int) -> tuple[DeskRow, ...]:
    """The desks of a district in force today, by code."""
    return tuple(row for row in _standing(epoch("city.Desk")) if row.area_id == district_id)


def ever_of_district(district_id: int) -> tuple[DeskRow, ...]:
    """The desks of a district, also those that have ended: older cases may still lie on them."""
    return tuple(row for row in _all().values() if row.area_id == district_id)


def desk_for(district_id: int, subdistrict_id: int | None, group_code: str | None) -> int | None:
    """The id of the desk that a case reaches: the one that names most of its sub-district and group; None if none."""
    return _choose(epoch("city.Desk"), district_id, subdistrict_id, group_code)


def holders(desk_id: int, on: date | None = None) -> tuple[Holder, ...]:
    """Who holds a desk on a day (by default today), the latest to take it first."""
    day = on if on is not None else this_day()
    held = [h for h in _holders() if h.desk_id == desk_id and in_force(h, day)]
    return tuple(sorted(held, key=lambda h: (h.valid_from, h.person_id), reverse=True))


def held_by(person_id: int, on: date | None = None) -> tuple[DeskRow, ...]:
    """The desks that a person holds on a day, by default today."""
    day = on if on is not None else this_day()
    rows = _all()
    return tuple(rows[h.desk_id] for h in _holders() if h.person_id == person_id and in_force(h, day))


@per_version
def _all() -> dict[int, DeskRow]:
    fields = list(DeskRow.__slots__)
    return {values[0]: DeskRow(*values) for values in Desk.objects.order_by("code").values_list(*fields)}


@per_version
def _standing(day: date) -> tuple[DeskRow, ...]:
    return standing(_all().values(), day)


@per_version
def _choose(day: date, district_id: int, subdistrict_id: int | None, group_code: str | None) -> int | None:
    fitting = [
        desk
        for desk in _standing(day)
        if desk.area_id == district_id
        and desk.subdistrict_id in (None, subdistrict_id)
        and desk.group_code in (None, group_code)
    ]
    # A desk for the group knows the matter: it comes before one for the sub-district.
    fitting.sort(key=lambda desk: (desk.group_code is None, desk.subdistrict_id is None, desk.code))
    return fitting[0].id if fitting else None


@per_version
def _holders() -> tuple[Holder, ...]:
    rows = DeskHolder.objects.filter(person__is_active=True).order_by("desk_id", "valid_from", "id")
    return tuple(
        Holder(*values) for values in rows.values_list("desk_id", "person_id", "person__name", "valid_from", "valid_to")
    )
