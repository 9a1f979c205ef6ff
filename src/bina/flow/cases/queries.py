"""Questions about cases: keyset pages, filters, counts; each a bounded number of statements whatever the length."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection
from django.db.models import QuerySet

from bina.flow.cases import search
from bina.flow.cases.models import Case, CaseText

PAGE = 50
PAGE_MAX = 200


class Filters(msgspec.Struct, frozen=True):
    """What a list is narrowed by; None means any."""

    state: str | None = None
    outcome: str | None = None
    district_id: int | None = None
    subject_id: int | None = None
    unit_id: int | None = None
    desk_ids: tuple[int, ...] | None = None
    hands: str | None = None
    hazard: bool | None = None
    text: str = ""
    origin: str | None = None
    subject_ids: tuple[int, ...] | None = None
    due_from: datetime | None = None  # the unit's deadline: from, and before
    due_until: datetime | None = None
    recontacts: int = 0  # at least


def narrowed(cases: QuerySet[Case], f: Filters) -> QuerySet[Case]:
    """The cases that pass a filter."""
    if f.state == "open":
        cases = cases.exclude(state="closed")
    elif f.state:
        cases = cases.filter(state=f.state)
    for name in ("outcome", "district_id", "subject_id", "unit_id", "hands", "hazard", "origin"):
        value = getattr(f, name)
        if value is not None:
            cases = cases.filter(**{name: value})
    if f.desk_ids is not None:
        cases = cases.filter(desk_id__in=f.desk_ids)
    if f.subject_ids is not None:
        cases = cases.filter(subject_id__in=f.subject_ids)
    if f.due_from is not None:
        cases = cases.filter(unit_due_at__gte=f.due_from)
    if f.due_until is not None:
        cases = cases.filter(unit_due_at__lt=f.due_until)
    if f.recontacts:
        cases = cases.filter(recontacts__gte=f.recontacts)
    return search.found(cases, f.text) if f.text.strip() else cases


def listed(cases: QuerySet[Case], f: Filters, *, after: int | None, limit: int) -> tuple[list[Case], int | None]:
    """A page of the cases that pass a filter, newest first: the rows, and the key of the next page."""
    if f.text.strip():
        return search.page(narrowed(cases, msgspec.structs.replace(f, text="")), f.text, after=after, limit=limit)
    return page(narrowed(cases, f), after=after, limit=limit)


def page(cases: QuerySet[Case], *, after: int | None = None, limit: int = PAGE) -> tuple[list[Case], int | None]:
    """Newest first by keyset: the rows before the case `after`, and the key of the next page (None: that was all)."""
    limit = max(1, min(limit, PAGE_MAX))
    if after is not None:
        cases = cases.filter(id__lt=after)
    rows = list(cases.order_by("-id")[: limit + 1])
    return rows[:limit], rows[limit - 1].pk if len(rows) > limit else None


def addresses(ids: Sequence[int]) -> dict[int, str]:
    """The address of each of these cases, in one statement."""
    return dict(CaseText.objects.filter(case_id__in=list(ids)).values_list("case_id", "address"))


def code_of(case_id: int) -> str:
    """The tracking code of a case, empty for an unknown one."""
    return Case.objects.filter(pk=case_id).values_list("code", flat=True).first() or ""


def first_words(ids: Sequence[int]) -> dict[int, str]:
    """The words of the first message of each of these cases, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (case_id) case_id, words FROM cases_contact WHERE case_id = ANY(%s::bigint[]) "
            "ORDER BY case_id, id",
            [list(ids)],
        )
        return dict(cursor.fetchall())


def promises(case_id: int) -> list[dict[str, Any]]:
    """The promises given on a case, oldest first."""
    from bina.flow.cases.models import Promise

    return list(Promise.objects.filter(case_id=case_id).order_by("seq").values())


def photos(case_id: int, *, citizen: bool = False) -> list[dict[str, Any]]:
    """The photos of a case, oldest first; for a citizen only his own and those of the result."""
    from bina.flow.cases.models import Attachment

    found = Attachment.objects.filter(case_id=case_id, erased_at__isnull=True).order_by("id")
    if citizen:
        found = found.filter(stage__in=("report", "after"))
    return list(found.values("id", "stage", "sha256", "width", "height", "at"))


def contacts(case_id: int) -> list[dict[str, Any]]:
    """The messages of a case with who sent them, oldest first; whoever shows a name or a number logs the look."""
    from bina.flow.cases.models import Contact

    wanted = ("id", "kind", "reason", "channel", "at", "name", "phone", "words", "tell_by", "withdrawn_at", "erased_at")
    return list(Contact.objects.filter(case_id=case_id).order_by("id").values(*wanted))


def photos_of(ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """The photos of several cases, oldest first, in one statement."""
    from bina.flow.cases.models import Attachment

    found: dict[int, list[dict[str, Any]]] = {one: [] for one in ids}
    rows = Attachment.objects.filter(case_id__in=list(ids), erased_at__isnull=True).order_by("id")
    for row in rows.values("id", "case_id", "stage", "width", "height", "at"):
        found[row["case_id"]].append(row)
    return found


def photo_file(cases: QuerySet[Case], photo_id: int) -> str | None:
    """The file name of a photo that belongs to one of these cases, None for any other."""
    from bina.flow.cases.models import Attachment

    found = Attachment.objects.filter(pk=photo_id, erased_at__isnull=True, case_id__in=cases.values("pk"))
    return found.values_list("sha256", flat=True).first()


def last_said(ids: Sequence[int], verb: str) -> dict[int, str]:
    """The words that stand beside the last event of this verb in each of these cases, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (e.stream_id) e.stream_id, coalesce(w.text, '') FROM cases_event e "
            "LEFT JOIN cases_words w ON w.stream_kind = 'case' AND w.stream_id = e.stream_id AND w.seq = e.seq "
            "WHERE e.stream_kind = 'case' AND e.stream_id = ANY(%s::bigint[]) AND e.verb = %s::text "
            "ORDER BY e.stream_id, e.seq DESC",
            [list(ids), verb],
        )
        return dict(cursor.fetchall())


def last_promises(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The promise that counts of each of these cases: the first open one, else the last; in one statement."""
    from django.db.models import F

    from bina.flow.cases.models import Promise

    rows = Promise.objects.filter(case_id__in=list(ids)).order_by(
        "case_id", F("kept_at").asc(nulls_first=True), F("broken_at").asc(nulls_first=True), "due_at"
    )
    return {row["case_id"]: row for row in rows.distinct("case_id").values()}


def side_asked(unit_ids: Iterable[int]) -> list[int]:
    """The cases on which these units were asked a question (استعلام) that is still open."""
    from bina.flow.cases.models import Referral

    asked = Referral.objects.filter(unit_id__in=list(unit_ids), kind="side", ended_at__isnull=True)
    return list(asked.order_by("id").values_list("case_id", flat=True)[:PAGE_MAX])


def any_open(unit_id: int) -> bool:
    """Whether a unit owns an open case."""
    return Case.objects.filter(unit_id=unit_id).exclude(state="closed").exists()
