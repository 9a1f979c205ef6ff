"""The reasons why work may wait, in the total order by which a moment is charged to one of several."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bina.ground.catalogue.models import Constraint
from bina.ground.city.dated import epoch, in_force, standing, this_day
from bina.ground.sla.version import per_version


@dataclass(frozen=True, slots=True)
class ConstraintRow:
    """One reason; `rank` lower is charged first; `confirmer_code` the body that attests it, None: the one named."""

    id: int
    code: str
    name: str
    name_en: str
    grp: str
    rank: int
    owner_kind: str
    confirmer_code: str | None
    valid_from: date
    valid_to: date | None


def by_id(constraint_id: int) -> ConstraintRow | None:
    """One constraint, also one that has ended; None for an unknown id."""
    return _all().get(constraint_id)


def by_code(code: str) -> ConstraintRow | None:
    """The constraint of a code, if it is in force today."""
    found = [row for row in _all().values() if row.code == code and in_force(row, this_day())]
    return found[0] if found else None


def all() -> tuple[ConstraintRow, ...]:
    """The constraints in force today, in the order in which they are charged."""
    return _in_force(epoch("catalogue.Constraint"))


@per_version
def _all() -> dict[int, ConstraintRow]:
    fields = list(ConstraintRow.__slots__)
    return {values[0]: ConstraintRow(*values) for values in Constraint.objects.order_by("rank").values_list(*fields)}


@per_version
def _in_force(day: date) -> tuple[ConstraintRow, ...]:
    return standing(_all().values(), day)
