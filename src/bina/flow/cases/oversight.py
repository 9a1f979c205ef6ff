"""What waits for the decision of a district's 137 supervisor, and how much lies on each desk."""

from __future__ import annotations

from typing import Any

from django.db.models import Case as Choose
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from bina.flow.cases.models import Case, Event
from bina.flow.cases.rules import RETURN_BUDGET

# What a supervisor decides, in the order of the page.
DECISIONS = ("settle", "decline", "objection", "reopening")
# A citizen's objection or wish is decided by reopening the case or by an answer that says why not.
_ASKED = Q(more__has_key="objection") | Q(more__has_key="reopening")


def to_decide(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with the decision they need, one of DECISIONS, as `need`, and `order_at`, the oldest change first."""
    asked_at = Coalesce(
        Cast(KT("more__objection"), IntegerField()), Cast(KT("more__reopening__seq"), IntegerField()), Value(0)
    )
    answered = Event.objects.filter(
        stream_kind="case", stream_id=OuterRef("pk"), verb__in=("answer", "reopen"), seq__gt=OuterRef("asked_at")
    )
    need = Choose(
        When(more__has_key="proposal", then=Value("decline")),
        When(state="registered", then=Value("settle")),
        When(more__has_key="objection", then=Value("objection")),
        default=Value("reopening"),
    )
    waits = (
        Q(state="registered", returns__gte=RETURN_BUDGET)
        | (~Q(state="closed") & Q(more__has_key="proposal"))
        | (Q(state="closed") & _ASKED)
    )
    found = cases.filter(waits).annotate(need=need, order_at=F("changed_at"), asked_at=asked_at)
    return found.exclude(Q(state="closed") & Exists(answered))


def load(listed: QuerySet[Case]) -> dict[int, dict[str, int]]:
    """How many open cases of each need lie on each desk: desk → need → count, from worklist.for_desk; one statement."""
    found: dict[int, dict[str, int]] = {}
    rows: Any = listed.filter(desk_id__isnull=False).values_list("desk_id", "need").annotate(n=Count("pk")).order_by()
    for desk_id, need, n in rows:
        found.setdefault(desk_id, {})[need] = n
    return found
