"""Lists of work: open cases sorted into what they need next, in a fixed number of statements whatever the length."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db.models import Case as Choose
from django.db.models import Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce, Least, Mod, RowNumber

from bina.flow.cases.events import moment
from bina.flow.cases.models import Case

NEAR = timedelta(days=1)  # a deadline or a promise within this is at risk
# What the follow-up expert's cases need, in the order of his list.
DESK = ("risk", "late", "results", "waiting", "recontacted", "registered", "going")
# What a unit's cases need.
UNIT = ("referred", "sent_back", "late", "risk", "accepted", "waiting", "reported")


class Group(msgspec.Struct):
    """One group of a list: its name, how many cases it has, the first of them, the key of the next ones."""

    name: str
    count: int
    cases: list[Case]
    more: str | None = None


def _urgent(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Each case with the nearer of its deadline and its promise; an attested hold stops the deadline."""
    stopped = Q(state="waiting") & ~Q(hands="unit")
    deadline = Choose(When(stopped, then=Value(None)), default=F("unit_due_at"))
    return cases.annotate(urgent=Least(deadline, F("news_due_at")))


# Whose result may go to the citizen: checked by the expert, of a subject that is not checked, or of one of which only a
# sample is and this case was not drawn (one in SAMPLE, by its number, so that nobody can choose).
SAMPLE = 5
PASSED = (
    Q(more__has_key="checked") | Q(subject__check_results="none") | (Q(subject__check_results="sample") & Q(draw__gt=0))
)


def drawn(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with their `draw`, which PASSED reads."""
    return cases.annotate(draw=Mod(F("id"), Value(SAMPLE)))


def to_ask(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Reported cases whose result has passed, so that the citizen can be asked."""
    return drawn(cases.filter(state="reported")).filter(PASSED)


def for_desk(cases: QuerySet[Case], now: datetime) -> QuerySet[Case]:
    """Open cases with their `need`, one of DESK, and `order_at`, by which a group is sorted."""
    passed = PASSED | Q(more__has_key="inspection")
    need = Choose(
        When(passed, state="reported", then=Value("going")),
        When(state="reported", then=Value("results")),
        When(Q(urgent__lt=now) | Q(more__has_key="owed"), then=Value("late")),
        When(urgent__lt=now + NEAR, then=Value("risk")),
        When(state="registered", then=Value("registered")),
        When(more__has_key="unanswered", then=Value("recontacted")),
        When(state="waiting", then=Value("waiting")),
        default=Value("going"),
    )
    order = Choose(When(state="reported", then=F("reported_at")), default=Coalesce("urgent", "registered_at"))
    return _urgent(drawn(cases.exclude(state="closed"))).annotate(need=need, order_at=order)


def for_unit(cases: QuerySet[Case], now: datetime) -> QuerySet[Case]:
    """A unit's open cases with their `need`, one of UNIT, and `order_at`."""
    need = Choose(
        When(state="referred", then=Value("referred")),
        When(state="reported", then=Value("reported")),
        When(state="in_progress", send_backs__gt=0, more__has_key="reports", then=Value("sent_back")),
        When(urgent__lt=now, then=Value("late")),
        When(urgent__lt=now + NEAR, then=Value("risk")),
        When(state="waiting", then=Value("waiting")),
        default=Value("accepted"),
    )
    open_cases = cases.exclude(state__in=("closed", "registered"))
    return _urgent(open_cases).annotate(need=need, order_at=Coalesce("urgent", "registered_at"))


def groups(sorted_cases: QuerySet[Case], names: Sequence[str], *, each: int) -> list[Group]:
    """Every group that has cases, in the order of `names`, with its first `each` cases; two statements."""
    counts = dict(sorted_cases.values_list("need").annotate(n=Count("pk")).order_by())
    rank = Window(RowNumber(), partition_by=[F("need")], order_by=[F("order_at"), F("id")])
    first: dict[str, list[Any]] = {name: [] for name in names}
    for case in sorted_cases.annotate(rank=rank).filter(rank__lte=each).order_by("order_at", "id"):
        first[case.need].append(case)
    return [Group(name, counts[name], first[name], _key(first[name], counts[name])) for name in names if first[name]]


def one_group(sorted_cases: QuerySet[Case], name: str, *, after: str = "", limit: int) -> Group:
    """One group from a key on, in pages; `more` leads to the next one. Two statements."""
    inside = sorted_cases.filter(need=name)
    count = inside.count()
    if key := _read(after):
        at, last = key
        inside = inside.filter(Q(order_at__gt=at) | Q(order_at=at, id__gt=last))
    cases: list[Any] = list(inside.order_by("order_at", "id")[: limit + 1])
    return Group(name, count, cases[:limit], _key(cases[:limit], len(cases)))


def _key(shown: list[Any], of: int) -> str | None:
    """The key after the last case shown, None when there are no others."""
    return f"{int(shown[-1].order_at.timestamp())}.{shown[-1].pk}" if shown and of > len(shown) else None


def _read(key: str) -> tuple[datetime, int] | None:
    at, _, last = key.partition(".")
    if not (at.lstrip("-").isascii() and at.lstrip("-").isdigit() and last.isascii() and last.isdigit()):
        return None
    return (moment(int(at)), int(last)) if len(at) < 12 and len(last) < 19 else None
