"""The bodies a case can be referred to, and whose a subject is in a district."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bina.ground.city import places
from bina.ground.city.dated import epoch, in_force, standing, this_day
from bina.ground.city.models import Right, Unit
from bina.ground.city.roles import Role
from bina.ground.sla.version import per_version

SUBDISTRICT_OWNER = "SD"  # the sub-district's own office; where there is none, the district's urban services
SUBDISTRICT_STANDS_IN = "D-SERV"
INBOX_ROLES = (Role.UNIT_HEAD, Role.LIAISON, Role.UPPER_MANAGER, Role.OFFICE)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One body: a district's unit, a sub-district, an organisation, a deputy, the centre, a body outside."""

    id: int
    code: str
    kind: str
    name: str
    name_en: str
    parent_id: int | None
    area_id: int | None
    calendar_code: str
    phone: str
    level: int
    valid_from: date
    valid_to: date | None


def by_id(unit_id: int) -> UnitRow | None:
    """One unit, also one that has ended; None for an unknown id."""
    return _all()[0].get(unit_id)


def by_code(code: str) -> UnitRow | None:
    """The unit of a code, if it is in force today."""
    row = _all()[1].get(code)
    return row if row is not None and in_force(row, this_day()) else None


def in_office() -> tuple[UnitRow, ...]:
    """All units in force today, by code."""
    return _in_force(epoch("city.Unit"))


def of_kind(*kinds: str) -> tuple[UnitRow, ...]:
    """The units of some kinds in force today, by code."""
    return tuple(row for row in in_office() if row.kind in kinds)


def of_district(district_id: int) -> tuple[UnitRow, ...]:
    """The units of a district in force today: the district itself, its units, its sub-districts' offices."""
    own = {district_id, *(row.id for row in places.subdistricts(district_id))}
    return tuple(row for row in in_office() if row.area_id in own)


def children(unit_id: int) -> tuple[UnitRow, ...]:
    """The units directly under one, in force today."""
    return tuple(row for row in in_office() if row.parent_id == unit_id)


def owner_for(owner_code: str, district: int | None, subdistrict: int | None = None) -> UnitRow | None:
    """The unit that a subject's owner code means at a place: "D-TECH" is the district's own, "ORG-BUS" is the city's.

    "SD" is the sub-district's office, without one the district's urban services. None when the district has no
    such unit, or when the code needs a district and none is known.
    """
    if owner_code == SUBDISTRICT_OWNER:
        own = [row for row in of_kind("subdistrict") if subdistrict and row.area_id == subdistrict]
        return own[0] if own else owner_for(SUBDISTRICT_STANDS_IN, district)
    if owner_code.startswith("D-"):
        return _at(district, owner_code) if district else None
    return by_code(owner_code)


def owners_for(codes: Iterable[str], district: int | None, subdistrict: int | None = None) -> list[UnitRow]:
    """The units that several owner codes mean at a place, in their order; those that there are."""
    found = (owner_for(code, district, subdistrict) for code in codes)
    return [row for row in found if row is not None]


def has_inbox(unit_id: int) -> bool:
    """Whether somebody reads a unit's inbox today: then a notice in it is a notice given."""
    return unit_id in _reached(epoch("city.Right"))


def _at(area_id: int, code: str) -> UnitRow | None:
    area = places.area(area_id)
    return by_code(f"{area.code}/{code}") if area else None


@per_version
def _all() -> tuple[dict[int, UnitRow], dict[str, UnitRow]]:
    fields = list(UnitRow.__slots__)
    rows = [UnitRow(*values) for values in Unit.objects.order_by("code").values_list(*fields)]
    return {row.id: row for row in rows}, {row.code: row for row in rows}


@per_version
def _in_force(day: date) -> tuple[UnitRow, ...]:
    return standing(_all()[0].values(), day)


@per_version
def _reached(day: date) -> frozenset[int]:
    roles = [str(role) for role in INBOX_ROLES]
    rights = Right.objects.filter(unit__isnull=False, person__is_active=True, role__in=roles)
    return frozenset(right.unit_id for right in standing(rights, day) if right.unit_id)
