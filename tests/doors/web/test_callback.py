"""The call-back page: the script of the next person, six keys, one call about all his results, hours that hold."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from bina.flow.cases import history
from bina.flow.cases.models import Case
from bina.ground.catalogue.models import Subject
from bina.ground.city.models import Look
from bina.ground.sla import version
from bina.ground.sla.models import Calendar, Profile
from tests.doors.every_form import anytime
from tests.doors.web.staff import OPERATOR, SUPERVISOR, as_
from tests.doors.web.test_in_browser import violations
from tests.doors.web.test_staff_in_browser import enter
from tests.flow.cast import new, photograph, reported, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    for place in ("bina.flow.cases.photos.folder", "bina.doors.web.photo.folder"):
        monkeypatch.setattr(place, lambda: tmp_path / "files")


def asked() -> Case:
    """A result that may be asked about at any hour."""
    anytime()
    Subject.objects.filter(code="0601").update(check_results="none")
    version.check(version.bump())
    return row(reported())


def closed_hours() -> None:
    """Nobody may be rung up: the only hours lie in a minute of the day that is never now."""
    from bina.flow.dialogue.callback import ZoneInfo
    from bina.ground.sla import clock

    now = clock.now().astimezone(ZoneInfo("Asia/Tehran"))
    hours = [[0, 1]] if now.hour >= 12 else [[1438, 1439]]
    Calendar.objects.filter(code="calling").update(always=False)
    Profile.objects.filter(calendar__code="calling").update(
        hours={str(day): hours for day in range(7)} | {"holiday": hours}
    )
    version.check(version.bump())


def call(client: Any, case: Case, **typed: str) -> Any:
    return client.post(f"/callback/{case.code}", {"key": uuid.uuid4().hex} | typed)


def test_the_script_says_who_says_what_and_every_number_seen_is_logged() -> None:
    case = asked()
    photograph(case.pk)
    body = as_(OPERATOR).get("/callback").content.decode()
    assert "علی رضایی هستید؟" in body
    assert "موردی مشاهده نشد" in body
    assert "در بازدید دیده شد" in body
    assert body.count("/photo/") >= 2
    assert Look.objects.filter(case_id=case.pk, what="phone").count() == 1


def test_one_call_brings_the_answers_to_all_results_of_a_person() -> None:
    first, second = asked(), row(reported())
    client = as_(OPERATOR)
    page = client.get("/callback").content.decode()
    assert "۲ پرسش" in page
    assert "در همین تماس بپرسید" in page
    answer = call(client, first, result="confirmed", next=second.code)
    assert answer["Location"] == f"/callback?case={second.code}"
    assert "سلام، از ۱۳۷" in client.get(answer["Location"]).content.decode()  # his first question now
    call(client, second, result="not_confirmed", reason="badly_done", words="نیمه‌کاره")
    assert (row(first.pk).state, row(second.pk).state) == ("closed", "referred")
    assert "کسی در صف بازخورد نیست" in client.get("/callback").content.decode()


@pytest.mark.parametrize("result", ["other_person", "wrong_number", "refused", "no_answer", "later"])
def test_a_call_without_an_answer_is_counted_once_for_each_result(result: str) -> None:
    first, second = asked(), row(reported())
    client = as_(OPERATOR)
    client.get("/callback")
    assert call(client, first, result=result, day="1", hour="11").status_code == 302
    assert [row(c.pk).calls for c in (first, second)] == [1, 1]
    assert "کسی در صف بازخورد نیست" in client.get("/callback").content.decode()


def test_a_later_hour_that_cannot_be_is_told_and_the_words_stay() -> None:
    case = asked()
    for day, hour in (("99", "10"), ("x", "10"), ("0", "0")):
        answer = call(as_(OPERATOR), case, result="later", day=day, hour=hour, words="عصر زنگ بزنید")
        assert answer.status_code == 422
        assert "عصر زنگ بزنید" in answer.content.decode()


def test_outside_the_hours_nothing_is_written_unless_a_supervisor_says_why() -> None:
    case = asked()
    closed_hours()
    before = len(history.events(case.pk))
    assert call(as_(OPERATOR), case, result="confirmed").status_code == 409
    boss = as_(SUPERVISOR)
    assert call(boss, case, result="confirmed").status_code == 422
    assert len(history.events(case.pk)) == before
    assert "چرا بیرون از ساعت تماس؟" in boss.get("/callback").content.decode()
    assert "نتیجه‌ای ثبت نمی‌شود" in as_(OPERATOR).get("/callback").content.decode()


def test_two_callers_are_never_led_to_one_person() -> None:
    case = asked()
    assert case.code in as_(OPERATOR).get("/callback").content.decode()
    other = as_(SUPERVISOR).get("/callback").content.decode()
    assert "همکار دیگری در تماس است" in other
    assert "شمارهٔ" not in other or "0999" not in other


def test_the_page_costs_the_same_however_long_the_queue(django_assert_max_num_queries: Any) -> None:
    for _n in range(3):
        asked()
    new()
    client = as_(OPERATOR)
    client.get("/callback")
    with django_assert_max_num_queries(12):
        client.get("/callback")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_queue_goes_on_by_keys_alone(page: Any, live_server: Any, scheme: str) -> None:
    first, second = asked(), row(reported())
    page.emulate_media(color_scheme=scheme)
    enter(page, OPERATOR)
    page.goto("/callback")
    assert violations(page) == []
    with page.expect_navigation():
        page.keyboard.press("1")
    assert row(first.pk).state == "closed"
    page.keyboard.press("Alt+w")
    page.keyboard.type("فقط جارو زده‌اند 1")  # a key typed in a field is a letter
    page.locator("h1").click(force=True)
    page.evaluate("document.activeElement.blur()")
    with page.expect_navigation():
        page.keyboard.press("2")
    assert row(second.pk).state == "referred"
    page.set_viewport_size({"width": 390, "height": 844})
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
