"""Which cases somebody wrote about, by his number or his name: for those alone who may know who wrote."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from django.db import connection, transaction
from django.db.models import QuerySet

from bina.flow.cases import access
from bina.flow.cases.models import Case, Contact
from bina.ground.city.people import Viewer
from bina.ground.city.roles import Role
from bina.ground.text.letters import search_fold

# Whoever may open the names of a case's authors may also ask by them, among the same cases.
KNOW = frozenset({
    Role.OPERATOR, Role.DUTY_OFFICER, Role.SHIFT_SUPERVISOR, Role.FOLLOWUP_EXPERT, Role.SUPERVISOR_137, Role.UNIT_HEAD,
    Role.LIAISON,
})  # fmt: skip
WORDS_MAX = 4  # of a name
CHUNK = 400  # cases of a name at a time
CHUNKS = 5  # are read for one page; a name that is rarer among one's own cases goes on on the next
# A name as it is searched: the words of `search_fold`, for names are stored in their canonical letters.
NAME_TERMS = (
    "array_to_tsvector(string_to_array(btrim(regexp_replace(translate(lower(name), 'آأإٱئؤۀة۰۱۲۳۴۵۶۷۸۹ء', "
    "'اااایوهه0123456789'), '[^[:alnum:]]+', ' ', 'g')), ' '))"
)
NAMED = "name <> '' AND case_id IS NOT NULL"


def may_ask(viewer: Viewer) -> bool:
    """Whether this person may look cases up by who wrote."""
    return any(right.role in KNOW for right in viewer.rights)


def known_to(viewer: Viewer) -> QuerySet[Case]:
    """The cases whose authors this person may know."""
    return access.cases_for(replace(viewer, rights=tuple(right for right in viewer.rights if right.role in KNOW)))


def by_phone(
    seen: QuerySet[Case], phone: str, *, after: int | None = None, limit: int = 40
) -> tuple[list[Case], int | None]:
    """The cases that a number (E.164) wrote about, newest first by keyset, open and closed; one statement."""
    wrote = Contact.objects.filter(phone=phone, case_id__isnull=False, withdrawn_at__isnull=True).values("case_id")
    cases = seen.filter(pk__in=wrote)
    rows = list((cases if after is None else cases.filter(pk__lt=after)).order_by("-id")[: limit + 1])
    return rows[:limit], rows[limit - 1].pk if len(rows) > limit else None


_BY_NAME = f"""
SELECT case_id FROM cases_contact
WHERE {NAMED} AND withdrawn_at IS NULL AND {NAME_TERMS} @@ %s::tsquery AND case_id < %s::bigint
ORDER BY case_id DESC LIMIT %s
"""


def by_name(
    seen: QuerySet[Case], name: str, *, after: int | None = None, limit: int = 40
) -> tuple[list[Case], int | None]:
    """The cases about which somebody of this name wrote (all of its words, in any order and spelling), newest first.

    Every word whole: by its beginning half a city is called so.
    """
    words = list(dict.fromkeys(search_fold(name).split()))[:WORDS_MAX]
    if not words:
        return [], None
    asked = " & ".join(f"'{word}'" for word in words)
    before = 2**62 if after is None else after
    rows: list[Case] = []
    with transaction.atomic(), connection.cursor() as cursor:
        # Rare and common names need different plans.
        cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        for _ in range(CHUNKS):
            cursor.execute(_BY_NAME, [asked, before, CHUNK])
            found = [case_id for (case_id,) in cursor.fetchall()]
            ids = list(dict.fromkeys(found))
            for first, last in pairwise((0, limit * 2, CHUNK)):  # mostly the first few are enough
                if len(rows) <= limit and first < len(ids):
                    rows += _newest(seen, ids[first:last], limit + 1 - len(rows))
            if len(rows) > limit:
                return rows[:limit], rows[limit - 1].pk
            if len(found) < CHUNK:
                return rows, None
            before = ids[-1]
    return rows, before


def _newest(seen: QuerySet[Case], ids: list[int], limit: int) -> list[Case]:
    return list(seen.filter(pk__in=ids).order_by("-id")[:limit])
