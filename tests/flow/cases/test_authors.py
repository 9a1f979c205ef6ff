"""A case is found by its author's number and by his name in any spelling, among those whose authors one may know."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from bina.flow.cases import authors, search
from bina.flow.cases.contacts import contact
from bina.flow.cases.corrections import correct_place
from bina.flow.cases.models import Case, Contact, Term
from bina.flow.cases.moves import By
from bina.flow.cases.register import Author, Place
from bina.ground.city.people import RightRow, Viewer
from bina.ground.city.roles import Role
from tests.flow.cast import PHONE, new, ready, referred, row
from tests.flow.plans import with_one_index

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def by(name: str, phone: str = PHONE) -> int:
    """A case that somebody of this name told of."""
    return new(author=Author(name, phone, "sms")).case_id


def again(case_id: int, name: str) -> None:
    """Somebody of this name asks about the case."""
    contact(
        case_id, kind="recontact", reason="no_news", by=By.OPERATOR, actor="p:1", channel="phone",
        author=Author(name, PHONE, "sms"),
    )  # fmt: skip


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


@pytest.mark.parametrize("window", [0, 2, search.NAMES_WINDOW])
def test_pages_follow_each_other_newest_first_each_case_once(monkeypatch: pytest.MonkeyPatch, window: int) -> None:
    """From the index alone, two cases of it at a time, and from the newest cases."""
    monkeypatch.setattr(search, "CHUNK", 2)
    monkeypatch.setattr(search, "NAMES_WINDOW", window)
    wanted = [by("رضا کرمی") for _ in range(5)][::-1]
    again(wanted[2], "رضا کرمی")
    seen: list[int] = []
    after = None
    for _ in range(9):
        rows, after = authors.by_name(Case.objects.all(), "کرمی", after=after, limit=2)
        seen += [case.pk for case in rows]
        if after is None:
            break
    assert seen == wanted


def test_of_a_common_name_so_much_is_read_for_one_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sees none of its cases is told where to go on, and comes to the end."""
    monkeypatch.setattr(search, "CHUNK", 2)
    monkeypatch.setattr(search, "NAMES_WINDOW", 0)
    monkeypatch.setattr(authors, "CHUNKS", 2)
    cases = [by("رضا کرمی") for _ in range(5)]
    assert authors.by_name(Case.objects.none(), "کرمی", limit=1) == ([], cases[1])
    assert authors.by_name(Case.objects.none(), "کرمی", after=cases[1], limit=1) == ([], None)
    oldest = Case.objects.filter(pk=cases[0])
    assert authors.by_name(oldest, "کرمی", limit=1) == ([], cases[1])
    assert [c.pk for c in authors.by_name(oldest, "کرمی", after=cases[1], limit=1)[0]] == [cases[0]]


def test_everybody_who_wrote_is_found_and_his_name_is_no_word_of_the_case() -> None:
    wanted = by("رضا کرمی")
    again(wanted, "مریم نادری")
    again(wanted, "مریم نادری")
    assert named("نادری") == named("کرمی رضا") == [wanted]
    assert named("رضا نادری") == [], "two people's words are nobody's name"
    for typed in ("نادری", "@نادری", "کرم", "@"):
        assert not search.found(Case.objects.all(), typed).exists(), typed


def test_a_name_is_no_word_that_people_use() -> None:
    """Words people use are offered for mistyped ones to everybody: names are not."""
    for _ in range(search.COMMON):
        by("مریم نادری")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET changed_at = changed_at - interval '5 minutes'")
    assert search.learn() > 0
    assert not Term.objects.filter(word__contains="نادری").exists()
    assert Term.objects.exists()


def test_a_place_put_right_keeps_the_names() -> None:
    wanted = by("رضا کرمی")
    again(wanted, "مریم نادری")
    correct_place(
        wanted, place=Place("address", address="طبرسی ۱۲"), by=By.OPERATOR, actor="p:1", channel="phone",
    )  # fmt: skip
    assert named("نادری") == named("کرمی") == [wanted]
    assert search.found(Case.objects.all(), "طبرسی").exists()


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


def test_the_question_is_one_of_the_index() -> None:
    with connection.cursor() as cursor:
        with_one_index(cursor, "cases_casetext", "casetext_terms")
        cursor.execute(f"EXPLAIN {search.indexed(2)}", ["'@کرمی'", "'@رضا'", 2**62, 10])
        assert "casetext_terms" in "\n".join(line for (line,) in cursor.fetchall())
