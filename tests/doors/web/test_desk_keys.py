"""The desk by keyboard alone, its keys counted: recontact, new case, instant answer; and what must not get lost.

A chord counts as one key; what is typed as words (description, address, subject, name, question) is not counted.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from bina.flow.cases.models import Case, Contact
from bina.flow.cases.register import Author
from bina.flow.dialogue import calls
from bina.flow.dialogue.models import Call
from bina.ground.city import people
from tests.doors.web.test_in_browser import violations
from tests.doors.web.test_staff_in_browser import enter
from tests.flow.cast import new

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("city", "live_server")]
OPERATOR = "z.sabet"
PHONE, OTHER = "+989151234567", "+989159998877"


class Fingers:
    """Somebody who only has a keyboard; `keys` is how many he pressed beside words."""

    def __init__(self, page: Any) -> None:
        self.page, self.keys = page, 0

    def press(self, *combos: str) -> None:
        for combo in combos:
            self.keys += 1
            self.page.keyboard.press(combo)

    def words(self, text: str) -> None:
        self.page.keyboard.type(text)

    def focused(self) -> str:
        """The name or id of what has the focus."""
        return str(self.page.evaluate("document.activeElement.name || document.activeElement.id"))


def ten_open(phone: str = PHONE) -> list[str]:
    """Ten open cases of one number, the newest first."""
    subjects = ("0101", "0201", "0401", "0501", "0601", "0901", "1001", "0301", "0801", "0106")
    return [new(s, author=Author("رضا احمدی", phone, "sms")).code for s in subjects][::-1]


def ring(phone: str | None = PHONE, ref: str = "c-1") -> int:
    """A line rings."""
    return calls.heard(client_id=1, ref=ref, line="137", event="ring", phone=phone)


def chosen(page: Any, subject: str) -> None:
    """Waits until a subject stands chosen. Not by a condition in JavaScript: the pages forbid evaluating text."""
    page.locator(f"#id_subject option:checked[value='{subject}']").wait_for(state="attached")


def at_the_desk(page: Any) -> Fingers:
    """The operator at his desk, while a line rings."""
    enter(page, OPERATOR)
    page.goto("/desk")
    page.locator(".desk-ringing").wait_for()
    return Fingers(page)


def test_a_recontact_of_a_known_number_takes_six_keys_at_most(page: Any) -> None:
    codes = ten_open()
    ring()
    fingers = at_the_desk(page)
    assert "زنگ می‌خورد" in page.locator(".desk-ringing").inner_text()
    assert violations(page) == []
    fingers.press("F4")
    page.wait_for_url("**/desk?call=*")
    assert page.locator(".desk-case").count() == 10
    assert violations(page) == []
    fingers.press("1")  # with the focus on the list the bare digit is enough; anywhere it is Alt and the digit
    page.locator("details.desk-join[open]").wait_for()
    assert violations(page) == []
    fingers.press("1", "Enter")
    page.wait_for_url(re.compile(rf"/desk/{codes[0]}\?joined=1"))
    assert violations(page) == []
    assert fingers.keys <= 6, fingers.keys
    case = Case.objects.get(code=codes[0])
    said = Contact.objects.filter(case_id=case.pk).latest("id")
    assert (case.recontacts, said.kind, said.reason, said.phone) == (1, "recontact", "no_news", PHONE)


def test_a_recontact_from_inside_a_field_goes_by_alt_and_the_digit(page: Any) -> None:
    codes = ten_open()
    ring()
    fingers = at_the_desk(page)
    fingers.press("F4")
    page.wait_for_url("**/desk?call=*")
    fingers.press("Alt+w")
    fingers.words("سلام 1")  # a digit in a field is a digit
    assert page.locator("details.desk-join[open]").count() == 0
    fingers.press("Alt+0", "6", "Enter")
    page.wait_for_url(re.compile(rf"/desk/{codes[9]}\?joined=1"))
    assert Contact.objects.filter(reason="not_done").count() == 1
    assert fingers.keys <= 6


def test_a_new_case_takes_twenty_five_keys_beside_the_words(page: Any) -> None:
    ten_open()
    ring(OTHER)
    fingers = at_the_desk(page)
    fingers.press("F4")
    page.wait_for_url("**/desk?call=*")
    fingers.press("Alt+w")
    fingers.words("وسط کوچه چالهٔ بزرگی باز شده و دیشب موتوری افتاد")
    fingers.press("Tab")
    assert fingers.focused() == "address"
    fingers.words("طبرسي 12")  # an Arabic letter and Latin digits
    page.locator(".option-row:visible").first.wait_for()
    page.locator(".option-row", has_text="طبرسی").first.wait_for()
    fingers.press("ArrowDown", "Enter")
    assert "طبرسی" in page.locator("#id_address").input_value()
    assert "۱۲" in page.locator("#id_address").input_value()
    assert page.locator("#id_district").input_value()
    page.locator("#near .desk-case").first.wait_for()  # others have spoken of this alley
    fingers.press("Alt+m")
    fingers.words("چاله")
    page.locator(".option-row:visible").first.wait_for()
    assert violations(page) == []
    fingers.press("Enter")
    chosen(page, "0101")
    page.locator("#questions select").first.wait_for()
    fingers.press("Tab")
    assert fingers.focused().startswith("answers.")
    fingers.press("ArrowDown", "Alt+h", "Tab")
    assert fingers.focused() == "name"
    fingers.words("علی رضایی")
    fingers.press("Control+Enter")
    page.wait_for_url(re.compile(r"/desk/\d{10}\?call="))
    assert violations(page) == []
    assert "نخستین پاسخ" in page.locator("main").inner_text()
    assert fingers.keys <= 25, fingers.keys
    case = Case.objects.get(code=page.url.split("/")[-1].split("?")[0])
    said = Contact.objects.get(case_id=case.pk)
    assert (said.name, said.phone, case.hazard) == ("علی رضایی", OTHER, True)
    assert said.answers
    assert Call.objects.get().case_id == case.pk


def test_what_is_near_is_joined_with_one_key_and_nothing_typed_twice(page: Any) -> None:
    code = new("0101").code  # «طبرسی ۱۲»
    ring(OTHER)
    fingers = at_the_desk(page)
    fingers.press("F4")
    page.wait_for_url("**/desk?call=*")
    fingers.press("Alt+w")
    fingers.words("ما هم همین چاله را می‌گوییم")
    fingers.press("Alt+k")
    fingers.words("طبرسی ۱۲")
    page.locator("#near .desk-case").first.wait_for()
    assert "همین نام" in page.locator("#near").inner_text()
    fingers.press("Alt+Shift+1")
    page.wait_for_url(re.compile(rf"/desk/{code}\?joined=1"))
    said = Contact.objects.latest("id")
    assert (said.kind, said.phone, said.words) == ("similar", OTHER, "ما هم همین چاله را می‌گوییم")
    assert Case.objects.count() == 1


def test_an_instant_answer_takes_ten_keys_at_most(page: Any) -> None:
    ten_open()
    ring(OTHER)
    fingers = at_the_desk(page)
    fingers.press("F4")
    page.wait_for_url("**/desk?call=*")
    fingers.press("F2")
    fingers.words("زباله چه ساعتي ميبرند")
    page.locator(".option-row:visible").first.wait_for()
    fingers.press("Enter")
    assert "ساعت ۹" in page.locator("#said").inner_text()
    assert violations(page) == []
    fingers.press("Control+Enter")
    page.get_by_text("پیام آنی شمرده شد").wait_for()
    assert fingers.keys <= 10, fingers.keys
    said = Contact.objects.filter(instant=True).get()
    assert (said.kind, said.case_id, said.phone) == ("question", None, OTHER)
    assert Case.objects.count() == 10


def test_abuse_is_marked_with_one_key(page: Any) -> None:
    ring(None)
    fingers = at_the_desk(page)
    assert "شمارهٔ پنهان" in page.locator(".desk-ringing").inner_text()
    fingers.press("F4")
    page.wait_for_url("**/desk?call=*")
    fingers.press("Alt+z")
    page.get_by_text("پیام آنی شمرده شد: مزاحمت").wait_for()
    assert Contact.objects.get().kind == "abuse"


def test_a_complaint_about_manner_goes_round_the_person_concerned(page: Any) -> None:
    ring(OTHER)
    fingers = at_the_desk(page)
    fingers.press("F4")
    page.wait_for_url("**/desk?call=*")
    page.get_by_role("button", name="شکایت از برخورد").press("Enter")
    assert page.locator("[data-conduct]").is_visible()
    assert fingers.focused() == "words"
    fingers.words("مأمور با مادرم تندی کرد")
    fingers.press("Control+Enter")
    page.wait_for_url(re.compile(r"/desk/\d{10}"))
    assert Case.objects.get().sensitivity == 2


def test_an_ended_call_and_a_new_ring_lose_nothing_that_was_typed(page: Any) -> None:
    first = ring(OTHER)
    fingers = at_the_desk(page)
    fingers.press("F4")
    page.wait_for_url("**/desk?call=*")
    fingers.press("Alt+w")
    fingers.words("لوله ترکیده و آب راه افتاده")
    fingers.press("F9")
    page.get_by_text("تماس پایان یافت").wait_for()
    assert page.locator("#id_words").input_value() == "لوله ترکیده و آب راه افتاده"
    ring(PHONE, "c-2")
    page.locator(".desk-ringing").wait_for()
    fingers.press("F4")
    page.wait_for_url(lambda address: not address.endswith(f"call={first}"))
    assert page.locator("#id_words").input_value() == ""
    page.goto(f"/desk?call={first}")
    assert page.locator("#id_words").input_value() == "لوله ترکیده و آب راه افتاده"


def test_two_pages_of_one_call_say_so(page: Any) -> None:
    ring(OTHER)
    fingers = at_the_desk(page)
    fingers.press("F4")
    page.wait_for_url("**/desk?call=*")
    second = page.context.new_page()
    second.goto(page.url)
    for one in (page, second):
        one.get_by_text("در زبانهٔ دیگری هم باز است").wait_for()


def test_a_sign_in_that_expired_in_mid_call_keeps_what_was_typed(page: Any) -> None:
    ring(OTHER)
    fingers = at_the_desk(page)
    fingers.press("F4")
    page.wait_for_url("**/desk?call=*")
    fingers.press("Alt+w")
    fingers.words("درخت روی سیم افتاده است")
    fingers.press("Alt+k")
    fingers.words("طبرسی ۱۲")
    fingers.press("Alt+m")
    fingers.words("درخت در حال سقوط")
    page.locator(".option-row:visible").first.wait_for()
    fingers.press("Enter")
    chosen(page, "0501")
    page.context.clear_cookies(name=re.compile("session"))
    fingers.press("Control+Enter")
    page.wait_for_load_state()
    person = people.by_username(OPERATOR)
    assert person is not None
    people.set_password(person.pk, "انار سبز 1405 کوهسنگی")
    page.locator("[name=username]").fill(OPERATOR)
    page.locator("[name=password]").fill("انار سبز 1405 کوهسنگی")
    page.keyboard.press("Enter")
    page.get_by_text("درخت روی سیم افتاده است").wait_for()
    page.get_by_role("button", name="فرستادن").click()
    page.wait_for_url(re.compile(r"/desk/\d{10}"))
    assert Case.objects.count() == 1


def test_who_ticks_by_mistake_that_somebody_speaks_for_another_loses_no_name(page: Any) -> None:
    enter(page, OPERATOR)
    page.goto("/desk?phone=09151234567")
    name, phone = page.locator("#id_name"), page.locator("#id_phone")
    name.fill("رضا احمدی")
    rung = phone.input_value()
    page.keyboard.press("Alt+o")
    assert (name.input_value(), phone.input_value()) == ("", "")
    page.keyboard.press("Alt+o")
    assert (name.input_value(), phone.input_value()) == ("رضا احمدی", rung)
