"""Lists of work: open cases sorted into what they need next, in a fixed number of statements whatever the length."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec
from django.db import connection
from django.db.models import (
    BigIntegerField,
    Count,
    DateTimeField,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models import Case as Choose
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Least, Mod

from bina.config import config
from bina.flow.cases.columns import spelled
from bina.flow.cases.events import moment
from bina.flow.cases.models import Case, CaseText
from bina.ground.sla.calendars import UnknownCalendar, worktime

NEAR = timedelta(days=1)  # a deadline or a promise within this is at risk
# What the follow-up expert's cases need, in the order of his lists; each open case stands in the first that fits it.
DESK = (
    "risk",
    "late",
    "results",
    "word",
    "recontacted",
    "silent",
    "waiting",
    "registered",
    "promised",
    "going",
    "aside",
)
CHASED = ("risk", "late", "word", "recontacted", "silent", "waiting")  # what somebody else can be asked about
# How the urgent ones are ordered, as it is printed: by the nearest date, brought forward by what people said of it.
HOURS_A_RECONTACT, RECONTACTS_COUNTED, HOURS_A_HAZARD = 6, 5, 24
SILENT_HOURS = 16  # working hours without acceptance after which a unit is silent: two days of an office
OFFICE = "office"


class Group(msgspec.Struct):
    """One group of a list: its name, how many cases it has, the first of them, the key of the next ones.

    `hands` says in whose hands they are, `oldest` is the earliest date of any of them.
    """

    name: str
    count: int
    cases: list[Case]
    more: str | None = None
    hands: dict[str, int] = {}
    oldest: datetime | None = None


def _urgent(cases: QuerySet[Case], now: datetime | None = None) -> QuerySet[Case]:
    """Each case with the nearer of its deadline and its promise.

    An attested hold stops the deadline; with `now`, so does a word of the unit whose day has not come.
    """
    stopped = Q(state="waiting") & ~Q(hands="unit")
    if now is not None:
        stopped |= Q(word_at__gt=now)
    deadline = Choose(When(stopped, then=Value(None)), default=F("unit_due_at"))
    return cases.annotate(urgent=Least(deadline, F("news_due_at")))


# Whose result may go to the citizen: checked by the expert, of a subject that is not checked, or of one of which only a
# sample is and this case was not drawn (by its number and the city's share, so that nobody can choose).
PASSED = (
    Q(more__has_key="checked") | Q(subject__check_results="none") | (Q(subject__check_results="sample") & Q(draw__gt=0))
)


def on_desks(cases: QuerySet[Case], desk_ids: Sequence[int]) -> QuerySet[Case]:
    """The open cases of these desks, or of none: found by the desks' index among a million that are closed."""
    return cases.exclude(state="closed").filter(Q(desk_id__in=desk_ids) | Q(desk_id__isnull=True))


def drawn(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with their `draw`, which PASSED reads: 0 for those of the sample."""
    in_hundred = Mod(Mod(F("id"), Value(100)) * Value(37), Value(100))  # neighbours fall far apart
    return cases.annotate(
        in_hundred=in_hundred, draw=Choose(When(in_hundred__lt=config().check_share, then=Value(0)), default=Value(1))
    )


def to_ask(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Reported cases whose result has passed, so that the citizen can be asked."""
    return drawn(cases.filter(state="reported")).filter(PASSED)


def _moment_of(key: str) -> Any:
    """An epoch second of `more` as a moment."""
    return Func(Cast(KeyTextTransform(key, "more"), BigIntegerField()), function="to_timestamp",
                output_field=DateTimeField())  # fmt: skip


def silent_since(now: datetime) -> datetime:
    """The moment before which a referral must lie for its unit to have been silent for SILENT_HOURS of an office."""
    return _silent_since(int(now.timestamp()) // 60)


@lru_cache(maxsize=64)
def _silent_since(minute: int) -> datetime:
    now = moment(minute * 60)
    try:
        work = worktime(OFFICE)
    except UnknownCalendar:  # a city that has set no hours yet: those of the clock
        return now - timedelta(hours=SILENT_HOURS)
    few, many = 0, 45 * 86_400
    while many - few > 60:
        middle = (few + many) // 2
        few, many = (few, middle) if work.elapsed(now - timedelta(seconds=middle), now) >= SILENT_HOURS * 3600 else (
            middle, many)  # fmt: skip
    return now - timedelta(seconds=many)


def for_desk(cases: QuerySet[Case], now: datetime, today_ends: datetime | None = None) -> QuerySet[Case]:
    """Open cases with their `need`, one of DESK, and `order_at`, by which a group is sorted.

    `today_ends` is the city's midnight: until then a unit's word is due today (by default a day from now).
    """
    passed = PASSED | Q(more__has_key="inspection")
    at_unit = Q(state__in=("referred", "in_progress", "waiting"))
    need = Choose(
        When(passed, state="reported", then=Value("going")),
        When(state="reported", then=Value("results")),
        When(aside__gt=now, then=Value("aside")),
        When(Q(urgent__lt=now) | Q(more__has_key="owed"), then=Value("late")),
        When(at_unit & Q(word_at__lt=today_ends or now + NEAR), then=Value("word")),
        When(urgent__lt=now + NEAR, then=Value("risk")),
        When(state="registered", then=Value("registered")),
        When(more__has_key="unanswered", then=Value("recontacted")),
        When(state="referred", asked_at__lt=silent_since(now), then=Value("silent")),
        When(state="waiting", then=Value("waiting")),
        When(word_at__isnull=False, then=Value("promised")),
        default=Value("going"),
    )
    said = timedelta(hours=HOURS_A_RECONTACT)
    weight = (
        Least(F("recontacts"), Value(RECONTACTS_COUNTED)) * Value(said)
        + Choose(When(hazard=True, then=Value(timedelta(hours=HOURS_A_HAZARD))), default=Value(timedelta(0)))
    )  # fmt: skip
    order = Choose(
        When(state="reported", then=F("reported_at")),
        When(aside__gt=now, then=F("aside")),
        When(at_unit & Q(word_at__isnull=False) & Q(urgent__isnull=True), then=F("word_at")),
        default=Coalesce("urgent", "registered_at") - weight, output_field=DateTimeField(),
    )  # fmt: skip
    listed = cases.exclude(state="closed").annotate(
        aside=_moment_of("snoozed"), asked_at=Coalesce(_moment_of("notified"), F("hands_since"))
    )
    return _urgent(drawn(listed), now).annotate(need=need, order_at=order)


# The list is sorted once, and counted and cut within: made of the query it would be compiled and run for each.
_BOARD = """
WITH listed (id, hands, need, order_at, urgent, asked_at) AS MATERIALIZED ({listed}),
shown AS (
  SELECT need, id, order_at, urgent, asked_at, row_number() OVER (PARTITION BY need ORDER BY order_at, id) AS place
  FROM listed WHERE (%s::text = '' OR need = %s::text) AND (order_at, id) > (to_timestamp(%s::float8), %s::bigint))
SELECT need, hands, count(*), min(urgent), NULL::bigint, NULL::timestamptz, NULL::timestamptz FROM listed
GROUP BY need, hands
UNION ALL
(SELECT need, NULL, place, urgent, id, order_at, asked_at FROM shown WHERE place <= %s::int ORDER BY need, place)
"""


def board(sorted_cases: QuerySet[Case], *, each: int, only: str = "", after: str = "") -> dict[str, Group]:
    """All groups counted, by name; each with its first `each` cases, or only the one of a name with some from a key on.

    Two statements whatever the length.
    """
    columns = ("id", "hands", "need", "order_at", "urgent", "asked_at")
    if (asked := spelled(sorted_cases.order_by().values_list(*columns))) is None:
        return {}
    listed, given = asked
    at, last = _read(after) or (moment(-(2**33)), 0)
    found: dict[str, Group] = {}
    places: dict[int, tuple[str, Any, Any, Any]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_BOARD.replace("{listed}", listed), [*given, only, only, at.timestamp(), last, each + 1])
        for need, hands, n, urgent, case_id, order_at, asked_at in cursor.fetchall():
            if hands is None:
                places[case_id] = (need, order_at, urgent, asked_at)
                continue
            group = found.setdefault(need, Group(need, 0, []))
            group.count += n
            group.hands[hands] = n
            group.oldest = min(filter(None, (group.oldest, urgent)), default=None)
    address = CaseText.objects.filter(case_id=OuterRef("pk")).values("address")[:1]
    read: Any = Case.objects.filter(pk__in=list(places)).annotate(address=Subquery(address))
    cases: dict[int, Any] = {case.pk: case for case in read}
    for case_id, (need, order_at, urgent, asked_at) in places.items():
        if case := cases.get(case_id):
            case.need, case.order_at, case.urgent, case.asked_at = need, order_at, urgent, asked_at
            found[need].cases.append(case)
    for group in found.values():
        more = len(group.cases) > each
        group.cases = group.cases[:each]
        group.more = _key(group.cases, each + 1) if more else None
    return found


def one_group(sorted_cases: QuerySet[Case], name: str, *, after: str = "", limit: int) -> Group:
    """One group from a key on, in pages; `more` leads to the next one. Two statements."""
    inside = sorted_cases.filter(need=name)
    count = inside.count()
    cases, more = page(inside, after=after, limit=limit)
    return Group(name, count, cases, more)


def page(sorted_cases: QuerySet[Case], *, after: str = "", limit: int) -> tuple[list[Case], str | None]:
    """Sorted cases of any need from a key on, and the key of the next page; one statement."""
    if key := _read(after):
        at, last = key
        sorted_cases = sorted_cases.filter(Q(order_at__gt=at) | Q(order_at=at, id__gt=last))
    rows: list[Any] = list(sorted_cases.order_by("order_at", "id")[: limit + 1])
    return rows[:limit], _key(rows[:limit], len(rows))


def of_need(sorted_cases: QuerySet[Case], *names: str) -> QuerySet[Case]:
    """Those of some needs."""
    return sorted_cases.filter(need__in=names)


def _key(shown: list[Any], of: int) -> str | None:
    """The key after the last case shown, None when there are no others."""
    if not shown or of <= len(shown):
        return None
    at = shown[-1].order_at
    return f"{int(at.timestamp())}.{shown[-1].pk}"


def _read(key: str) -> tuple[datetime, int] | None:
    at, _, last = key.partition(".")
    if not (at.lstrip("-").isascii() and at.lstrip("-").isdigit() and last.isascii() and last.isdigit()):
        return None
    return (moment(int(at)), int(last)) if len(at) < 12 and len(last) < 19 else None


# Who can move a case on: the body of an attested hold, or of one it is silent about, the first by rank; else the unit.
_HELD_BY = (
    "(SELECT (h->>'body')::bigint FROM jsonb_array_elements(%(expressions)s->'holds') AS h "
    "WHERE h->>'body' IS NOT NULL AND (h->>'word' = 'attested' OR (h->>'word' = 'proposed' AND "
    "to_timestamp((h->>'silent_at')::bigint) < bina_now())) ORDER BY (h->>'rank')::int LIMIT 1)"
)


class Chase(msgspec.Struct):
    """A body to be asked about its cases: how many of each need, and in all."""

    unit_id: int
    needs: dict[str, int] = {}

    @property
    def count(self) -> int:
        """All its cases that somebody should ask about."""
        return sum(self.needs.values())

    @property
    def pressing(self) -> int:
        """Those that cannot wait: late, about to be, or whose word is due."""
        return sum(self.needs.get(name, 0) for name in ("late", "risk", "word"))


def to_chase(sorted_cases: QuerySet[Case], until: datetime) -> QuerySet[Case]:
    """The cases that somebody outside 137 can be asked about, each with its `target`, a unit's number.

    Whoever gave his word for a day after `until` has been asked.
    """
    held_by = Func(F("more"), template=_HELD_BY, output_field=BigIntegerField())
    target = Coalesce(held_by, F("unit_id"), output_field=BigIntegerField())
    asked = Q(word_at__gte=until) | Q(state="registered")
    return of_need(sorted_cases, *CHASED).exclude(asked).annotate(target=target)


def bodies(chased: QuerySet[Case]) -> list[Chase]:
    """The bodies to be asked, those with the most pressing cases first; one statement."""
    found: dict[int, Chase] = {}
    rows: Any = chased.filter(target__isnull=False).values_list("target", "need").annotate(n=Count("pk")).order_by()
    for unit_id, need, n in rows:
        found.setdefault(unit_id, Chase(unit_id)).needs[need] = n
    return sorted(found.values(), key=lambda one: (-one.pressing, -one.count, one.unit_id))
