"""A case is found by its author's number and by his name in any spelling, among those whose authors one may know."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from bina.flow.cases import authors
from bina.flow.cases.contacts import contact
from bina.flow.cases.models import Case, Contact
from bina.flow.cases.moves import By
from bina.flow.cases.register import Author
from bina.ground.city.people import RightRow, Viewer
from bina.ground.city.roles import Role
from tests.flow.cast import PHONE, new, ready, referred, row
from tests.flow.plans import with_one_index

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def by(name: str, phone: str = PHONE) -> int:
    """A case that somebody of this name told of."""
    return new(author=Author(name, phone, "sms")).case_id


def named(text: str) -> list[int]:
    rows, _ = authors.by_name(Case.objects.all(), text)
    return [case.pk for case in rows]


def viewer(*roles: Role, unit_id: int | None = None, area_id: int | None = None) -> Viewer:
    rights = tuple(RightRow(1, 1, role, unit_id, area_id, 1, date(2020, 1, 1), None) for role in roles)
    return Viewer(1, "کسی", rights)


@pytest.mark.parametrize("typed", [
    "آوینی", "اويني", "مؤمنی آوینی", "آوینی سیده‌زهرا", "سیده زهرا", "  زهرا،  سيده ", "مومنی",
])  # fmt: skip
def test_a_name_is_found_by_its_words_in_any_order_and_spelling(typed: str) -> None:
    wanted = by("سیده‌زهرا مؤمنی آوینی")
    by("رضا کرمی")
    assert named(typed) == [wanted]


@pytest.mark.parametrize("typed", ["", "  ", "؟", "رض", "رضا احمدی", "کرمي رضايي", "'; DROP", "\\"])
def test_other_names_and_parts_of_words_find_nothing(typed: str) -> None:
    by("رضا کرمی")
    assert named(typed) == []


def test_signs_between_words_mean_nothing() -> None:
    wanted = by("رضا کرمی")
    assert named("رضا | !کرمی & :*") == [wanted]


def test_pages_follow_each_other_newest_first_each_case_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authors, "CHUNK", 2)
    wanted = [by("رضا کرمی") for _ in range(5)][::-1]
    contact(wanted[2], kind="recontact", reason="no_news", by=By.OPERATOR, actor="p:1", channel="phone",
            author=Author("رضا کرمی", PHONE, "sms"))  # fmt: skip
    seen: list[int] = []
    after = None
    for _ in range(9):
        rows, after = authors.by_name(Case.objects.all(), "کرمی", after=after, limit=2)
        seen += [case.pk for case in rows]
        if after is None:
            break
    assert seen == wanted


def test_a_number_finds_what_it_wrote_about_open_and_closed() -> None:
    first, second, other = by("الف"), by("ب"), by("پ", "+989990000138")
    Case.objects.filter(pk=first).update(state="closed", outcome="confirmed")
    rows, more = authors.by_phone(Case.objects.all(), PHONE, limit=1)
    assert [c.pk for c in rows] == [second]
    rows, more = authors.by_phone(Case.objects.all(), PHONE, after=more, limit=1)
    assert ([c.pk for c in rows], more) == ([first], None)
    assert other not in [c.pk for c in authors.by_phone(Case.objects.all(), PHONE)[0]]


def test_what_was_erased_or_taken_back_is_not_found() -> None:
    case_id = by("رضا کرمی")
    Contact.objects.filter(case_id=case_id).update(name="", phone=None)
    assert named("کرمی") == []
    assert authors.by_phone(Case.objects.all(), PHONE)[0] == []


def test_only_cases_whose_authors_one_may_know() -> None:
    ready()
    case = row(referred())
    assert case.unit_id is not None
    assert list(authors.known_to(viewer(Role.OPERATOR))) == [case]
    assert list(authors.known_to(viewer(Role.UNIT_HEAD, unit_id=case.unit_id))) == [case]
    assert list(authors.known_to(viewer(Role.FOLLOWUP_EXPERT, area_id=(case.district_id or 0) + 1))) == []
    for role in (Role.AUDITOR, Role.CENTER_MANAGER, Role.CREW, Role.INSPECTOR, Role.FINANCE):
        assert not authors.may_ask(viewer(role)), role
        assert list(authors.known_to(viewer(role, unit_id=case.unit_id))) == []
    both = viewer(Role.AUDITOR, Role.FOLLOWUP_EXPERT, area_id=(case.district_id or 0) + 1)
    assert list(authors.known_to(both)) == [], "what an auditor sees is not asked by who wrote"


def test_the_index_holds_exactly_what_is_asked() -> None:
    with connection.cursor() as cursor:
        with_one_index(cursor, "cases_contact", "contact_name")
        cursor.execute(f"EXPLAIN {authors._BY_NAME}", ["'کرمی'", 2**62, 10])
        assert "contact_name" in "\n".join(line for (line,) in cursor.fetchall())
