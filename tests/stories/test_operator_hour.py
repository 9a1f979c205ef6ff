"""An operator's hour in a real browser, by keyboard: a fourth call, a danger, somebody who speaks for a neighbour."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bina.flow.cases.contacts import contact
from bina.flow.cases.models import Case, Contact
from bina.flow.cases.moves import By
from bina.flow.cases.register import Author
from bina.flow.dialogue.models import Call
from bina.ground.sla import clock
from tests.doors.web.test_desk_keys import OTHER, PHONE, Fingers, at_the_desk, chosen, ring
from tests.doors.web.test_in_browser import violations
from tests.flow.cast import do, in_progress, key, row

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("city", "live_server")]
PROMISED = "اکیپ آسفالت فردا صبح می‌آید؛ تا ظهر چاله پر می‌شود."


def _asked_thrice() -> int:
    """A case that its unit has answered, and that its citizen has asked after three times."""
    case_id = in_progress()
    for _time in range(3):
        contact(case_id, kind="recontact", reason="no_news", by=By.OPERATOR, actor="p:1", channel="phone",
                author=Author("علی رضایی", PHONE, "sms"), key=key())  # fmt: skip
    do(case_id, "answer", By.EXPERT, words=PROMISED, temporary=True,
       next_news_at=int(clock.now().timestamp()) + 86400)  # fmt: skip
    return case_id


def _answer(page: Any, phone: str | None, ref: str) -> Fingers:
    """The next line rings at the desk, and is taken with one key."""
    ring(phone, ref)
    page.locator(".desk-ringing").wait_for()
    fingers = Fingers(page)
    fingers.press("F4")
    page.wait_for_url(re.compile(r"/desk\?call=\d+"))
    return fingers


def _after(page: Any, fingers: Fingers) -> None:
    """The call is over; the desk waits for the next."""
    assert violations(page) == [], page.url
    fingers.press("F9")
    page.wait_for_url(re.compile(r"/desk$"))


def _the_fourth_call(page: Any, asked: Case) -> None:
    """What was promised stands on the ringing line before anybody has picked up; four keys and it is counted."""
    ring(PHONE, "first")
    fingers = at_the_desk(page)
    assert PROMISED in page.locator(".desk-ringing").inner_text()
    fingers.press("F4")
    page.wait_for_url("**/desk?call=*")
    fingers.press("1")
    page.locator("details.desk-join[open]").wait_for()
    fingers.press("1", "Enter")
    page.wait_for_url(re.compile(rf"/desk/{asked.code}\?joined=1"))
    assert fingers.keys == 4
    assert Case.objects.get(pk=asked.pk).recontacts == 4
    _after(page, fingers)


def _a_danger(page: Any) -> None:
    """From a hidden number: registered, and the officer on duty has it at once."""
    fingers = _answer(page, None, "second")
    assert "شماره پنهان است" in page.locator("main").inner_text()
    fingers.press("Alt+w")
    fingers.words("وسط خیابان فرو رفته و یک موتوری افتاد")
    fingers.press("Tab")
    fingers.words("طبرسی ۱۲")
    page.locator(".option-row:visible").first.wait_for()
    fingers.press("ArrowDown", "Enter", "Alt+m")
    fingers.words("فرونشست")
    page.locator(".option-row:visible").first.wait_for()
    fingers.press("Enter")
    chosen(page, "0105")
    fingers.press("Alt+h", "Control+Enter")
    page.wait_for_url(re.compile(r"/desk/\d{10}\?call="))
    assert "خطر" in page.locator("main").inner_text()
    danger = Case.objects.latest("id")
    assert (danger.hazard, danger.priority) == (True, 1)
    _after(page, fingers)


def _for_a_neighbour(page: Any) -> None:
    """Somebody speaks for her who has no telephone: the name is hers, the ringing number is not."""
    fingers = _answer(page, OTHER, "third")
    fingers.press("Alt+w")
    fingers.words("پیرزنی تنهاست و زباله‌اش را کسی نمی‌برد")
    fingers.press("Alt+m")
    fingers.words("هیچ‌جا نیست")
    fingers.press("Alt+o")
    assert page.locator("#id_phone").input_value() == ""
    page.locator("#id_name").fill("بتول صفری")
    page.locator("[name=tell_by][value=none]").first.check()
    fingers.press("Control+Enter")
    page.locator("#id_subject-box:invalid:focus").wait_for()  # the browser says what is missing, and where
    assert violations(page) == []
    assert page.locator("#id_subject-box").input_value() == "هیچ‌جا نیست", "what was typed for the subject is lost"
    assert page.locator("#id_name").input_value() == "بتول صفری"
    fingers.press("Alt+k")
    fingers.words("طبرسی ۱۲")
    fingers.press("Alt+m")
    page.keyboard.press("Control+a")
    fingers.words("جمع آوری زباله")
    page.locator(".option-row:visible").first.wait_for()
    fingers.press("Enter")
    chosen(page, "0401")
    fingers.press("Control+Enter")
    page.wait_for_url(re.compile(r"/desk/\d{10}\?call="))
    hers = Contact.objects.latest("id")
    assert (hers.name, hers.phone) == ("بتول صفری", None)
    assert "از طرف کس دیگری" in hers.words
    _after(page, fingers)


def _a_question(page: Any) -> None:
    """Answered from the bank and counted without a case."""
    before = Case.objects.count()
    fingers = _answer(page, OTHER, "fourth")
    fingers.press("F2")
    fingers.words("ساعت زباله")
    page.locator(".option-row:visible").first.wait_for()
    fingers.press("Enter")
    assert "زبالهٔ خانه‌ها" in page.locator("#said").inner_text()
    fingers.press("Control+Enter")
    page.get_by_text("پیام آنی شمرده شد").wait_for()
    assert (Case.objects.count(), Contact.objects.filter(instant=True).count()) == (before, 1)


def test_an_operators_hour(page: Any) -> None:
    asked = row(_asked_thrice())
    _the_fourth_call(page, asked)
    _a_danger(page)
    _for_a_neighbour(page)
    _a_question(page)
    assert Call.objects.filter(person_id__isnull=False).count() == 4
