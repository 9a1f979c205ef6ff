"""The unit's list (کارتابل واحد): its open cases by what they need next, and the last word of 137 on each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Case as Choose
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Least

from bina.flow.cases.columns import spelled
from bina.flow.cases.events import moment
from bina.flow.cases.models import Case
from bina.flow.work.jobs import OPEN, midnight
from bina.flow.work.models import Job

# What a unit's cases need, bad news first; each open case stands in one of them.
NEEDS = ("sent_back", "referred", "late", "today", "accepted", "crews", "waiting", "reported")


class Group(msgspec.Struct):
    """One group of the list: its name, how many cases it has, those shown, the key of the next ones."""

    name: str
    count: int
    cases: list[Case]
    more: str | None = None


def sorted_for(cases: QuerySet[Case], now: datetime) -> QuerySet[Case]:
    """A unit's open cases with their `need`, one of NEEDS, and `order_at`, by which a group is sorted.

    What an attested hold stops is not late; what has a crew and time stands with the crews.
    """
    stopped = Q(state="waiting") & ~Q(hands="unit")
    deadline = Choose(When(stopped, then=Value(None)), default=F("unit_due_at"))
    open_job = Job.objects.filter(case_id=OuterRef("pk"), state__in=OPEN)
    need = Choose(
        When(state="referred", then=Value("referred")),
        When(state="reported", then=Value("reported")),
        When(state="in_progress", send_backs__gt=0, more__has_key="reports", then=Value("sent_back")),
        When(urgent__lt=now, then=Value("late")),
        When(urgent__lt=midnight(now, 1), then=Value("today")),
        When(state="waiting", then=Value("waiting")),
        When(Exists(open_job), then=Value("crews")),
        default=Value("accepted"),
    )
    held = cases.exclude(state__in=("closed", "registered")).annotate(urgent=Least(deadline, F("news_due_at")))
    return held.annotate(need=need, order_at=Coalesce("urgent", "registered_at"))


def overview(
    listed: QuerySet[Case], *, each: int, room: int, asked: QuerySet[Case] | None = None
) -> list[Group]:  # fmt: skip
    """Every group that has cases with its first ones: at most `each` of a group, about `room` in all; two statements.

    Groups at the top take what room there is; each of the others shows at least two. `asked`, cases in others' hands
    that ask something of the unit, are read along and stand first as the group "asked".
    """
    first: dict[str, list[tuple[int, datetime]]] = {}
    counts: dict[str, int] = {}
    # The ranks round the sorted query, not in it: there each would spell out the whole need again.
    for pk, need, order_at, count in _ranked(listed, each):
        first.setdefault(need, []).append((pk, order_at))
        counts[need] = count
    named = [name for name in NEEDS if name in first]
    for number, name in enumerate(named):
        behind = 2 * (len(named) - number - 1)
        first[name] = first[name][: max(2, min(each, room - behind))]
        room -= len(first[name])
    wanted = [pk for name in named for pk, _at in first[name]]
    rows = Case.objects.filter(pk__in=wanted)
    found = {case.pk: case for case in (rows if asked is None else rows | asked)} if wanted or asked is not None else {}
    placed = sorted((case.registered_at, pk) for pk, case in found.items() if pk not in set(wanted))
    shown = []
    if placed:
        at, last = placed[:each][-1]
        key = _key((last, at)) if len(placed) > each else None
        shown = [Group("asked", len(placed), [found[pk] for _at, pk in placed[:each]], key)]
    for name in named:
        lines = [one for one in first[name] if one[0] in found]
        key = _key(lines[-1]) if lines and counts[name] > len(lines) else None
        shown.append(Group(name, counts[name], [found[pk] for pk, _at in lines], key))
    return shown


def _ranked(listed: QuerySet[Case], each: int) -> list[tuple[int, str, datetime, int]]:
    """The first of each need by rank: number, need, place in the order, and how many the need has; one statement."""
    if (asked := spelled(listed.order_by().values_list("pk", "need", "order_at"))) is None:
        return []
    inner, given = asked
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pk, need, order_at, n FROM (SELECT *, count(*) OVER (PARTITION BY need) AS n, row_number() OVER "
            f"(PARTITION BY need ORDER BY order_at, pk) AS rank FROM ({inner}) AS q (pk, need, order_at)) AS ranked "
            "WHERE rank <= %s::int ORDER BY rank",
            [*given, each],
        )
        found: list[tuple[int, str, datetime, int]] = cursor.fetchall()
        return found


def asked_alone(asked: QuerySet[Case]) -> QuerySet[Case]:
    """What asks something of the unit, whatever it needs itself, as one group to be read page by page."""
    return asked.annotate(need=Value("asked"), order_at=F("registered_at"))


def one_group(listed: QuerySet[Case], name: str, *, after: str = "", limit: int) -> Group:
    """One group from a key on, page by page; two statements whatever its length."""
    inside = listed.filter(need=name)
    count = inside.count()
    if key := _read(after):
        at, last = key
        inside = inside.filter(Q(order_at__gt=at) | Q(order_at=at, id__gt=last))
    found: list[Any] = list(inside.order_by("order_at", "id")[: limit + 1])
    last_shown = found[:limit][-1] if len(found) > limit else None
    return Group(name, count, found[:limit], _key((last_shown.pk, last_shown.order_at)) if last_shown else None)


def _key(shown: tuple[int, datetime]) -> str:
    """The key after a row: its microsecond and its number."""
    pk, at = shown
    return f"{int(at.timestamp())}{at.microsecond:06d}.{pk}"


def _read(key: str) -> tuple[datetime, int] | None:
    at, _, last = key.partition(".")
    if not (at.isascii() and at.isdigit() and last.isascii() and last.isdigit() and 6 < len(at) < 18 > len(last)):
        return None
    return moment(int(at[:-6])).replace(microsecond=int(at[-6:])), int(last)


class Said(msgspec.Struct, frozen=True):
    """What 137 or the citizen last asked of the unit: by which verb, why (a code), in which words."""

    verb: str
    reason: str
    words: str


def last_said(ids: Sequence[int]) -> dict[int, Said]:
    """The last referral, sent back result, dispute or reopening of each of these cases, in one statement."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (e.stream_id) e.stream_id, e.verb, coalesce(e.given->>'reason', ''), "
            "coalesce(w.text, '') FROM cases_event e LEFT JOIN cases_words w ON w.stream_kind = 'case' "
            "AND w.stream_id = e.stream_id AND w.seq = e.seq WHERE e.stream_kind = 'case' "
            "AND e.stream_id = ANY(%s::bigint[]) AND e.verb IN ('refer', 'send_back', 'dispute', 'reopen') "
            "ORDER BY e.stream_id, e.seq DESC",
            [list(ids)],
        )
        return {case: Said(*row) for case, *row in cursor.fetchall()}
