"""One box finds a code, a number, a name, words and a street in any spelling, to nobody more than he may know."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bina.flow.cases import search
from bina.flow.cases.models import Case
from bina.flow.cases.register import Author
from bina.ground.city.models import Look
from bina.ground.sla import clock
from bina.ground.text.codes import spoken
from bina.ground.text.digits import persian
from tests.doors.web.staff import HEAD, OPERATOR, OTHER_HEAD, as_
from tests.flow.cast import new, referred, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
MANAGER = "l.foroutan"
NUMBER = "+989990000555"


def ask(username: str, q: str, **more: str) -> Any:
    return as_(username).get("/find", {"q": q} | more)


def listed(username: str, q: str, **more: str) -> str:
    answer = ask(username, q, **more)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def told(**more: Any) -> Case:
    given: dict[str, Any] = {"author": Author("سیده‌زهرا مؤمنی", NUMBER, "sms"), "words": "آب‌گرفتگی جلوی نانوایی"}
    return row(new(**(given | more)).case_id)


def test_a_code_in_any_spelling_leads_to_its_case() -> None:
    case = told()
    for typed in (case.code, persian(case.code), spoken(case.code), f"کد {case.code[:5]}-{case.code[5:]}"):
        answer = ask(OPERATOR, typed)
        assert (answer.status_code, answer["Location"]) == (302, f"/case/{case.code}"), typed


def test_an_older_systems_code_leads_to_its_case() -> None:
    case = told()
    Case.objects.filter(pk=case.pk).update(old_code="1399/ن/88")
    assert ask(OPERATOR, "1399/ن/88")["Location"] == f"/case/{case.code}"


@pytest.mark.parametrize(
    "typed", ["09990000555", "۰۹۹۹ ۰۰۰ ۰۵۵۵", "+98 999 000 0555", "٠٩٩٩-٠٠٠-٠٥٥٥", "00989990000555"]
)
def test_a_number_in_any_digits_finds_its_cases(typed: str) -> None:
    case, other = told(), row(new().case_id)
    page = listed(OPERATOR, typed)
    assert case.code in page
    assert other.code not in page
    look = Look.objects.get()
    assert (look.what, look.reason, look.case_id) == ("phone", "find", None)
    assert "999" not in f"{look.what}{look.reason}{look.actor}", "what was asked is not written down"


@pytest.mark.parametrize("typed", ["مومني", "زهرا سیده", "سیده‌زهرا مؤمنی"])
def test_a_name_in_any_spelling_finds_its_cases(typed: str) -> None:
    case, other = told(), row(new().case_id)
    answer = ask(OPERATOR, typed, by="name")
    page = answer.content.decode()
    assert case.code in page
    assert other.code not in page
    assert answer["Cache-Control"] == "no-store"
    assert Look.objects.get().what == "name"


@pytest.mark.parametrize("typed", ["آبگرفتگي", "اب گرفتگی", "نانوایی", "طبرسي 12", "طبرسی ۱۲", "نانوائی"])
def test_words_and_addresses_are_found_in_any_spelling(typed: str) -> None:
    case = told()
    assert case.code in listed(OPERATOR, typed)
    assert Look.objects.count() == 0


def test_a_street_is_offered_on_the_map() -> None:
    page = listed(OPERATOR, "طبرسي شمالی")
    assert "/map?box=" in page
    assert "/map?box=" not in listed(OPERATOR, "ققنوس")


def test_each_sees_no_more_than_is_his() -> None:
    case = told()
    assert case.code not in listed(HEAD, "0999 000 0555")
    mine = row(referred())
    Case.objects.filter(pk=case.pk).update(unit_id=mine.unit_id)
    assert case.code in listed(HEAD, "0999 000 0555")
    assert case.code not in listed(OTHER_HEAD, "0999 000 0555")
    assert case.code not in listed(OTHER_HEAD, "مؤمنی", by="name")
    Case.objects.filter(pk=case.pk).update(sensitivity=2)
    for typed, more in (("0999 000 0555", {}), ("مؤمنی", {"by": "name"}), ("آبگرفتگی", {}), (case.code, {})):
        assert f"/case/{case.code}" not in listed(HEAD, typed, **more), typed


def test_who_may_not_know_authors_cannot_ask_by_them() -> None:
    case = told()
    for typed, more in (("09990000555", {}), ("مؤمنی", {"by": "name"})):
        page = listed(MANAGER, typed, **more)
        assert case.code not in page
        assert "با این نقش نمی‌توان" in page
    assert "by=name" not in listed(MANAGER, "مؤمنی")
    assert Look.objects.count() == 0


def test_a_code_with_a_wrong_digit_is_told_as_such() -> None:
    case = told()
    wrong = case.code[:-1] + str((int(case.code[-1]) + 1) % 10)
    assert "یکی از رقم‌ها درست نیست" in listed(OPERATOR, wrong)
    assert "یک رقم جا افتاده است" in listed(OPERATOR, case.code[:-1])


@pytest.mark.parametrize("typed", [
    "", " ", "\0", "%", "'", "\\", "((((", "۱" * 500, "ا" * 5000, "<script>alert(1)</script>", "a:b & !c", "؟؟",
    "0" * 11, "\u202e\u200f", "+", "00", "--", "😀",
])  # fmt: skip
def test_whatever_is_typed_is_answered(typed: str) -> None:
    for more in ({}, {"by": "name"}, {"after": "x"}, {"after": "9" * 30}):
        page = listed(OPERATOR, typed, **more)
        assert "<script>alert" not in page


def test_pages_of_a_name_follow_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bina.doors.web.find.PAGE", 2)
    wanted = [told().code for _ in range(5)][::-1]
    client, seen, address = as_(OPERATOR), [], "/find?q=مؤمنی&by=name"
    while address:
        page = client.get(address).content.decode()
        seen += [code for code in wanted if f"/case/{code}" in page]
        found = page.partition('class="wmore"><a href="')[2].partition('"')[0].replace("&amp;", "&")
        address = f"/find{found}" if found else ""
    assert seen == wanted
    assert Look.objects.count() == 1, "one question, however many pages"


def test_of_a_name_that_is_rare_among_ones_own_cases_the_page_says_how_far_it_looked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bina.flow.cases.search.CHUNK", 1)
    monkeypatch.setattr("bina.flow.cases.search.NAMES_WINDOW", 0)
    monkeypatch.setattr("bina.flow.cases.authors.CHUNKS", 1)
    told()
    told()
    page, laps = listed(OTHER_HEAD, "مؤمنی", by="name"), 0
    while link := page.partition('class="wmore"><a href="')[2].partition('"')[0]:
        assert "میان تازه‌ترین نوشته‌ها" in page
        page, laps = listed(OTHER_HEAD, "مؤمنی", by="name", after=link.partition("after=")[2]), laps + 1
        assert laps <= 2, "each page goes further back"
    assert laps == 2
    assert "درخواست دیگری با این نام نیست" in page
    assert "کسی با این نام" not in page


def test_no_more_than_twelve_statements() -> None:
    for _ in range(6):
        told()
    Case.objects.update(changed_at=clock.now() - timedelta(minutes=5))
    search.learn()
    client = as_(OPERATOR)
    for q, by in (("09990000555", ""), ("مؤمنی", "name"), ("نانوایی", ""), ("نانوابی", ""), ("نانوابی ققنوس", "")):
        client.get("/find", {"q": q, "by": by})
        with CaptureQueriesContext(connection) as queries:
            seen = client.get("/find", {"q": q, "by": by})
        asked = [one["sql"][:110] for one in queries if "SAVEPOINT" not in one["sql"]]
        assert (seen.status_code, "wrow" in seen.content.decode()) == (200, "ققنوس" not in q), q
        assert len(asked) <= 12, (q, "\n".join(asked))
