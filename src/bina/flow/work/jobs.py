"""Jobs (دستور کار): planned for a crew, and read back by case, by unit and day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.db import transaction
from django.db.models import Case as Choose
from django.db.models import Q, QuerySet, When

from bina.flow.cases.errors import Invalid
from bina.flow.cases.moves import By
from bina.flow.cases.record import record
from bina.flow.cases.register import Key
from bina.flow.cases.write import Recorded
from bina.flow.work.models import Job
from bina.ground.city import crews, installation
from bina.ground.sla import clock

KINDS = {"work": "کار", "visit": "بازدید"}
STATES = {"planned": "در برنامه", "started": "آغاز شد", "done": "پایان یافت", "cancelled": "لغو شد"}
OPEN = ("planned", "started")
DAY_MAX = 300  # jobs of one unit on one day's list


class JobRow(msgspec.Struct, frozen=True):
    """One job as a screen shows it; `seq` is the event of its case that planned it."""

    case_id: int
    seq: int
    kind: str
    crew_id: int | None
    unit_id: int | None
    state: str
    plan_at: datetime | None
    started_at: datetime | None
    done_at: datetime | None
    quantity: int | None


def plan(
    case_id: int, *, unit_id: int | None, crew: str, plan_at: int, by: By, actor: str, channel: str,
    kind: str = "work", seq: int | None = None, key: Key | None = None, origin: str = "live", at: int | None = None,
) -> Recorded:  # fmt: skip
    """Gives the work to a crew of the unit that has the case, for a day (`plan_at`, epoch seconds).

    Raises Invalid for another unit's crew or a day that is over.
    """
    found = crews.by_code(crew)
    if found is None or found not in crews.of_units([unit_id or 0]):
        raise Invalid({"crew": "اکیپ را از فهرست واحد برگزینید."})
    if kind not in KINDS:
        raise Invalid({"kind": "بگویید کار است یا بازدید."})
    if at is None and plan_at < int(midnight(clock.now()).timestamp()):
        raise Invalid({"plan_at": "این روز گذشته است؛ امروز یا روزی پس از آن را بنویسید."})
    return record(case_id, "job_planned", by=by, actor=actor, channel=channel, seq=seq, key=key, origin=origin, at=at,
                  crew=found.id, kind=kind, plan_at=plan_at)  # fmt: skip


def give(
    case_id: int, *, accepts: bool, by: By, actor: str, channel: str, seq: int | None = None, key: Key | None = None,
    **planned: Any,
) -> Recorded:  # fmt: skip
    """As `plan`, in one transaction with the acceptance of a case that was only referred (`accepts`)."""
    how: dict[str, Any] = {"by": by, "actor": actor, "channel": channel}
    with transaction.atomic():
        if accepts:
            beside = Key(key.scope, f"{key.key}+accept"[:200], key.route, key.body) if key else None
            seq = record(case_id, "accept", seq=seq, key=beside, plan_at=planned["plan_at"], **how).seq
        return plan(case_id, seq=seq, key=key, **how, **planned)


def of_case(case_id: int) -> list[JobRow]:
    """The jobs of a case, oldest first."""
    return _rows(Job.objects.filter(case_id=case_id).order_by("seq"))


def open_of(case_ids: Iterable[int]) -> dict[int, JobRow]:
    """The open job of each of these cases (of several the last planned), in one statement."""
    found = _rows(Job.objects.filter(case_id__in=list(case_ids), state__in=OPEN).order_by("seq"))
    return {row.case_id: row for row in found}


def of_day(unit_ids: Iterable[int], now: datetime, *, days: int = 0) -> list[JobRow]:
    """What these units' crews have in hand for a day, `days` after today: open until then, or ended that day.

    Of the first DAY_MAX, by crew and hour.
    """
    first, last = midnight(now, days), midnight(now, days + 1)
    due = Q(state__in=OPEN) & (Q(plan_at__lt=last) | Q(plan_at__isnull=True))
    if days > 0:
        due &= Q(plan_at__gte=first)
    rows = Job.objects.filter(unit_id__in=list(unit_ids)).filter(due | Q(done_at__gte=first, done_at__lt=last))
    return _rows(rows.order_by("crew_id", "plan_at", "id")[:DAY_MAX])


def in_hand(unit_ids: Iterable[int], case_ids: Iterable[int], now: datetime) -> list[JobRow]:
    """The open jobs of these cases, and those that these units' crews have for today; in one statement."""
    today = Q(unit_id__in=list(unit_ids)) & (Q(plan_at__lt=midnight(now, 1)) | Q(plan_at__isnull=True))
    ids = list(case_ids)
    found = Job.objects.filter(Q(case_id__in=ids) | today, state__in=OPEN)
    theirs = [Choose(When(case_id__in=ids, then=0), default=1)] if ids else []  # never those that are cut off
    return _rows(found.order_by(*theirs, "seq", "id")[: 2 * DAY_MAX])


def midnight(at: datetime, days: int = 0) -> datetime:
    """The city's midnight with which the day of a moment began, or that of so many days later."""
    zone = ZoneInfo(installation.current().zone)
    day = at.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time.min, zone)


def _rows(found: QuerySet[Job]) -> list[JobRow]:
    return [JobRow(*values) for values in found.values_list(*JobRow.__struct_fields__)]
