"""What waits for the decision of a district's 137 supervisor, and how much lies on each desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Case as Choose
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from bina.flow.cases.models import Case, Event
from bina.flow.cases.moves import State
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


def dangers(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases of danger that no unit has accepted yet."""
    return cases.filter(hazard=True, state__in=(State.REGISTERED, State.REFERRED))


def load(listed: QuerySet[Case]) -> dict[int, dict[str, int]]:
    """How many open cases of each need lie on each desk: desk → need → count, from worklist.for_desk; one statement."""
    found: dict[int, dict[str, int]] = {}
    rows: Any = listed.filter(desk_id__isnull=False).values_list("desk_id", "need").annotate(n=Count("pk")).order_by()
    for desk_id, need, n in rows:
        found.setdefault(desk_id, {})[need] = n
    return found


class Return(msgspec.Struct, frozen=True):
    """A unit that gave a case back: when, why, what it said, and whose it thinks it is."""

    at: datetime
    unit_id: int | None
    reason: str
    proposed: int | None
    words: str


class Brief(msgspec.Struct, frozen=True):
    """What a supervisor reads before he decides: what citizens said first, who asks what, who gave it back why."""

    case_id: int
    said: str
    asked: str
    asked_by: str
    asked_at: datetime | None
    reason: str
    returns: list[Return]


# Of the event that waits (a proposal, an objection, a wish): its words, of staff or of the citizen, actor and reason.
_BRIEFS = """
SELECT jsonb_build_object('case_id', g.id,
  'said', coalesce((SELECT k.words FROM cases_contact k WHERE k.case_id = g.id ORDER BY k.id LIMIT 1), ''),
  'asked', coalesce(w.text, c.words, ''), 'asked_by', coalesce(e.actor, ''), 'asked_at', e.at,
  'reason', coalesce(e.given->>'reason', ''), 'returns', coalesce((
    SELECT jsonb_agg(jsonb_build_object('at', r.at, 'reason', coalesce(r.given->>'reason', ''),
      'proposed', (r.given->>'proposed_unit')::bigint, 'words', coalesce(v.text, ''),
      'unit_id', (SELECT f.unit_id FROM cases_referral f WHERE f.case_id = g.id AND f.kind <> 'side' AND f.seq < r.seq
                  ORDER BY f.seq DESC LIMIT 1)) ORDER BY r.seq)
    FROM cases_event r LEFT JOIN cases_words v ON v.stream_kind = 'case' AND v.stream_id = g.id AND v.seq = r.seq
    WHERE r.stream_kind = 'case' AND r.stream_id = g.id AND r.verb = 'return'), '[]'::jsonb))::text
FROM unnest(%s::bigint[], %s::int[]) AS g(id, seq)
LEFT JOIN cases_event e ON e.stream_kind = 'case' AND e.stream_id = g.id AND e.seq = g.seq
LEFT JOIN cases_words w ON w.stream_kind = 'case' AND w.stream_id = g.id AND w.seq = g.seq
LEFT JOIN cases_contact c ON c.id = (e.given->>'contact')::bigint
"""
_decode = msgspec.json.Decoder(Brief).decode


def briefs(cases: Sequence[Any]) -> dict[int, Brief]:
    """What is to be read before each of these cases of `to_decide` is decided, in one statement."""
    if not cases:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_BRIEFS, [[case.pk for case in cases], [asked_seq(case) for case in cases]])
        found = [_decode(row[0]) for row in cursor.fetchall()]
    return {brief.case_id: brief for brief in found}


def asked_seq(case: Any) -> int:
    """The event that waits for the decision; 0 for one that nobody asked for in words."""
    key = {"decline": "proposal", "reopening": "reopening"}.get(case.need)
    if key:
        return int(case.more[key]["seq"])
    return int(case.more["objection"]) if case.need == "objection" else 0


def counts(waiting: QuerySet[Case]) -> dict[str, int]:
    """How many cases of `to_decide` need each decision; one statement."""
    return dict(waiting.values_list("need").annotate(n=Count("pk")).order_by())
