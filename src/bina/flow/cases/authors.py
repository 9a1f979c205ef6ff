"""Which cases somebody wrote about, by his number or his name: for those alone who may know who wrote."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from bina.flow.cases import access, search
from bina.flow.cases.models import Case, Contact
from bina.ground.city.people import Viewer
from bina.ground.city.roles import Role
from bina.ground.text.letters import search_fold

# Whoever may open the names of a case's authors may also ask by them, among the same cases.
KNOW = frozenset({
    Role.OPERATOR, Role.DUTY_OFFICER, Role.SHIFT_SUPERVISOR, Role.FOLLOWUP_EXPERT, Role.SUPERVISOR_137, Role.UNIT_HEAD,
    Role.LIAISON,
})  # fmt: skip
CHUNKS = 5  # of the index are read for one page; a name that is rarer among one's own cases goes on on the next


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


def by_name(
    seen: QuerySet[Case], name: str, *, after: int | None = None, limit: int = 40
) -> tuple[list[Case], int | None]:
    """The cases about which somebody of this name wrote (all of its words, in any order and spelling), newest first.

    Every word whole: by its beginning half a city is called so. What was taken back is not looked up, nor are words
    of two people's names together, so that a page may be shorter than its limit and still have a next one.
    """
    words = set(search_fold(name).split())
    wrote = Contact.objects.filter(case_id=OuterRef("pk"), withdrawn_at__isnull=True).values("name")
    known = seen.annotate(names=ArraySubquery(wrote))
    rows, more = search.named(known, name, after=after, limit=limit, chunks=CHUNKS)
    return [row for row in rows if any(words <= set(search_fold(n).split()) for n in row.names)], more
