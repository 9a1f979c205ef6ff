"""Who calls: what is open under a number (a number is not a person: the name is asked), what is known near a place."""

from __future__ import annotations

import msgspec
from django.db import connection
from django.db.models import QuerySet

from bina.flow.cases.models import Case, CaseText, Contact
from bina.flow.cases.search import found
from bina.ground.city import gazetteer
from bina.ground.text.letters import search_fold

NEAR_WORDS = 3  # words of a place that are looked for in what other cases say
# Words for kinds of places: «خیابان طبرسی ۱۲» is also told as «طبرسی ۱۲».
_KINDS = frozenset(search_fold(kind) for kind in gazetteer.KINDS_SAID)


class Found(msgspec.Struct, frozen=True):
    """An open case of a number, with the name that was given then."""

    case: Case
    address: str
    name: str


def open_cases(seen: QuerySet[Case], phone: str, limit: int = 10) -> list[Found]:
    """The open cases of a number (E.164) among those one may see, newest first; three statements."""
    said = Contact.objects.filter(phone=phone, case_id__isnull=False, withdrawn_at__isnull=True)
    names = dict(said.order_by("-id").values_list("case_id", "name")[:50])
    cases = seen.filter(pk__in=list(names)).exclude(state="closed").order_by("-id")[:limit]
    texts = dict(CaseText.objects.filter(case_id__in=[c.pk for c in cases]).values_list("case_id", "address"))
    return [Found(c, texts.get(c.pk, ""), names.get(c.pk, "")) for c in cases]


class Near(msgspec.Struct, frozen=True):
    """An open case that may be the same: how far in metres (None: not known), and what else speaks for it."""

    case: Case
    address: str
    metres: int | None
    named: bool  # its words hold the place that was typed
    same_subject: bool


def near_by(
    seen: QuerySet[Case], *, text: str = "", point: tuple[float, float] | None = None, within: int = 100,
    subject_id: int | None = None, limit: int = 5,
) -> list[Near]:  # fmt: skip
    """Open cases near a point (local metres) or whose words hold a place's name, the likeliest first.

    The order: same subject, named alike, near, new. At most 7 statements, and those of mistyped words.
    """
    far: dict[int, int] = {}
    if point is not None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, round(point <-> point(%s::float8, %s::float8))::int FROM cases_case "
                "WHERE point <@ circle(point(%s::float8, %s::float8), %s::float8) AND state <> 'closed' "
                "ORDER BY point <-> point(%s::float8, %s::float8) LIMIT 30",
                [*point, *point, within, *point],
            )
            far = dict(cursor.fetchall())
    opened = seen.exclude(state="closed")
    named = _named(opened, [word for word in text.split() if search_fold(word) not in _KINDS][:NEAR_WORDS])
    cases = list(opened.filter(pk__in=far.keys() | named)) if far or named else []
    texts = dict(CaseText.objects.filter(case_id__in=[c.pk for c in cases]).values_list("case_id", "address"))
    near = [Near(c, texts.get(c.pk, ""), far.get(c.pk), c.pk in named, c.subject_id == subject_id) for c in cases]
    near.sort(key=lambda n: (not n.same_subject, not n.named, n.metres is None, n.metres or 0, -n.case.pk))
    return near[:limit]


def _named(opened: QuerySet[Case], words: list[str]) -> set[int]:
    """Cases that hold all of a place's words, else its first and its last: «طبرسی شمالی ۱۲» is also «طبرسی ۱۲»."""
    for some in (words, [words[0], words[-1]] if len(words) > 2 else []):
        if some and (ids := set(found(opened, " ".join(some)).order_by("-id").values_list("pk", flat=True)[:10])):
            return ids
    return set()


def last_words(case_ids: list[int]) -> dict[int, str]:
    """What these cases' authors were last told in words (answers, results, reasons to wait); one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (w.stream_id) w.stream_id, w.text FROM cases_words w JOIN cases_event e "
            "USING (stream_kind, stream_id, seq) WHERE w.stream_kind = 'case' AND w.stream_id = ANY(%s::bigint[]) "
            "AND e.verb IN ('answer', 'report', 'hold', 'partly_done') AND w.text <> '' "
            "ORDER BY w.stream_id, w.seq DESC",
            [case_ids],
        )
        return dict(cursor.fetchall())
