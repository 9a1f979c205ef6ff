"""Crews and contractors (اکیپ، پیمانکار): who works for a unit today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bina.ground.city.dated import epoch, standing
from bina.ground.city.models import Crew
from bina.ground.sla.version import per_version


@dataclass(frozen=True, slots=True)
class CrewRow:
    """One executive team or contractor of a unit."""

    id: int
    code: str
    unit_id: int
    name: str
    contractor: bool
    valid_from: date
    valid_to: date | None


def by_id(crew_id: int) -> CrewRow | None:
    """One crew, also one that has ended; None for an unknown id."""
    return _all()[0].get(crew_id)


def by_code(code: str) -> CrewRow | None:
    """One crew by its code, also one that has ended; None for an unknown one."""
    return _all()[1].get(code)


def of_units(unit_ids: Iterable[int]) -> tuple[CrewRow, ...]:
    """The crews of these units in force today, by code."""
    wanted = frozenset(unit_ids)
    return tuple(row for row in _standing(epoch("city.Crew")) if row.unit_id in wanted)


@per_version
def _all() -> tuple[dict[int, CrewRow], dict[str, CrewRow]]:
    rows = [CrewRow(*values) for values in Crew.objects.order_by("code").values_list(*CrewRow.__slots__)]
    return {row.id: row for row in rows}, {row.code: row for row in rows}


@per_version
def _standing(day: date) -> tuple[CrewRow, ...]:
    return standing(_all()[0].values(), day)
