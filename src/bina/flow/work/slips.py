"""Results from paper that wait for a photo: kept for the unit, recorded with the photo, gone when the case is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from bina.flow.cases.models import Case
from bina.flow.work.models import Slip
from bina.ground.sla import clock

KEPT_MAX = 200  # slips of a person's units on one list


class SlipRow(msgspec.Struct, frozen=True):
    """One result that waits: of which case, what was found, how much, on which day, in which words."""

    case_id: int
    unit_id: int
    finding: str
    quantity: int | None
    done_on: date | None
    words: str
    actor: str
    at: datetime


def keep(
    case_id: int, *, unit_id: int, finding: str, quantity: int | None, done_on: date | None, words: str, actor: str
) -> None:
    """Keeps a result until its photo comes; a second one for the same case takes the place of the first."""
    Slip.objects.update_or_create(
        case_id=case_id,
        defaults={"unit_id": unit_id, "finding": finding, "quantity": quantity, "done_on": done_on, "words": words,
                  "actor": actor, "at": clock.now()},
    )  # fmt: skip


def of_units(unit_ids: Iterable[int]) -> list[SlipRow]:
    """The results of these units that still wait, oldest first; those whose case has moved on are left out."""
    theirs = Case.objects.filter(state__in=("in_progress", "waiting"), unit_id__in=list(unit_ids)).values("pk")
    found = Slip.objects.filter(unit_id__in=list(unit_ids), case_id__in=theirs).order_by("at")[:KEPT_MAX]
    return [SlipRow(*values) for values in found.values_list(*SlipRow.__struct_fields__)]


def of_case(case_id: int) -> SlipRow | None:
    """The result of a case that waits for its photo; None for none."""
    values = Slip.objects.filter(case_id=case_id).values_list(*SlipRow.__struct_fields__).first()
    return SlipRow(*values) if values else None


def drop(case_id: int) -> None:
    """Forgets it: it has been recorded, or nobody wants it."""
    Slip.objects.filter(case_id=case_id).delete()
