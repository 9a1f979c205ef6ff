"""A citizen's week in a real browser: a report of his own, its code, a question, "it is not done", and then it is."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from bina.flow.cases import history
from bina.flow.cases.models import Attachment, Case, Contact
from bina.flow.cases.moves import By
from tests.doors.web.test_in_browser import NARROW, PHONE, too_wide, violations
from tests.flow.cast import do, new, photograph, row, unit

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("city", "live_server")]
NUMBER = "۰۹۳۵ ۱۲۳ ۴۵۶۷"
WORDS = "وسط کوچه چاله باز شده، شب موتوری افتاد"


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    for place in ("bina.flow.cases.photos.folder", "bina.doors.web.photo.folder"):
        monkeypatch.setattr(place, lambda: tmp_path / "files")
    monkeypatch.setattr("bina.flow.cases.staged.folder", lambda: tmp_path / "staged")


@pytest.fixture
def old(browser: Any, live_server: Any) -> Iterator[Any]:
    """A page of a small phone whose browser runs no script."""
    context = browser.new_context(
        java_script_enabled=False, base_url=live_server.url, locale="fa-IR",
        viewport={"width": NARROW[0], "height": NARROW[1]},
    )  # fmt: skip
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def picture() -> dict[str, Any]:
    """A photo as a phone sends it."""
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (90, 92, 96)).save(out, "JPEG")
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def clean(page: Any) -> None:
    """No axe violation, and nothing wider than the phone."""
    assert violations(page) == [], page.url
    assert too_wide(page) <= 0, page.url


def press(page: Any, name: str) -> None:
    """Presses a button by its words and waits for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).last.click()


def report(page: Any, look: Any = clean) -> str:
    """A report of one's own beside a known one; its code."""
    page.goto("/report")
    look(page)
    page.locator("[name=words]").fill(WORDS)
    press(page, "بعد: کجا؟")
    look(page)
    page.get_by_label("لکه‌گیری آسفالت (چاله)").check()
    press(page, "بعد: کجا؟")
    look(page)
    page.locator("[name=address]").fill("طبرسی ۱۲، روبه‌روی نانوایی")
    page.locator("[name=district]").select_option("MHD-03")
    press(page, "بعد: خبر به شما")
    assert page.get_by_text("شاید همین را گفته‌اند").is_visible()
    look(page)
    press(page, "نه، دیگری است")
    look(page)
    press(page, "فرستادن")
    assert page.get_by_text("برای خبر شمارهٔ تلفن لازم است").is_visible()
    look(page)
    page.locator("[name=phone]").fill(NUMBER)
    press(page, "فرستادن")
    page.wait_for_url(re.compile(r"/reported/\d{10}(#main)?$"))
    look(page)
    return str(re.findall(r"\d{10}", page.url)[0])


def come_back(page: Any, code: str, look: Any = clean) -> None:
    """Days later in another browser: the public state by the code, the rest with the number."""
    page.context.clear_cookies()
    page.goto("/track")
    look(page)
    page.locator("[name=code]").fill(f"{code[:3]} {code[3:6]} {code[6:]}")
    press(page, "ببینم")
    look(page)
    assert WORDS not in page.content()
    assert "نانوایی" not in page.content()
    page.locator("#phone").fill("09990000000")
    press(page, "نشان بده")
    assert page.get_by_text("این شماره با این درخواست ثبت نشده است.").is_visible()
    look(page)
    page.locator("#phone").fill(NUMBER)
    press(page, "نشان بده")
    page.wait_for_url(f"**/mine/{code}")
    look(page)
    assert page.get_by_text("نانوایی").first.is_visible()


def refused_and_redone(page: Any, case: Case, look: Any = clean) -> None:
    """The unit says it is done; the citizen says it is not, with a photo; then it is."""
    photograph(case.pk)
    do(case.pk, "report", By.UNIT, finding="done", words="چاله پر شد")
    page.reload()
    assert page.get_by_text("می‌گوید کار انجام شده است. درست است؟").is_visible()
    look(page)
    page.locator("#why").select_option("badly_done")
    page.locator("#why-words").fill("فقط خاک ریخته‌اند")
    page.locator("#why-photo").set_input_files(picture())
    press(page, "نه، درست نشده است")
    page.wait_for_url("**said=dispute**")
    look(page)
    assert row(case.pk).state == "referred"
    assert Attachment.objects.filter(case_id=case.pk, stage="report").count() == 1

    do(case.pk, "accept", By.UNIT)
    photograph(case.pk)
    do(case.pk, "report", By.UNIT, finding="done", words="با آسفالت پر شد")
    page.reload()
    press(page, "بله، درست شد")
    page.wait_for_url("**said=confirm**")
    look(page)
    assert page.get_by_text("کار درست شد و شما").is_visible()


@pytest.fixture
def known() -> str:
    """What a neighbour has told already."""
    return new("0101").code


def test_from_the_report_to_the_confirmation(page: Any, known: str) -> None:
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    case = Case.objects.get(code=report(page))
    assert case.code != known
    assert Contact.objects.get(case_id=case.pk).phone == "+989351234567"
    come_back(page, case.code)

    do(case.pk, "refer", By.EXPERT, unit=unit().id, words="ببینید")
    do(case.pk, "accept", By.UNIT)
    do(case.pk, "ask", By.UNIT, words="چاله سمت راست کوچه است یا چپ؟")
    page.reload()
    assert page.get_by_text("چاله سمت راست کوچه است یا چپ؟").first.is_visible()
    clean(page)
    page.locator("#reply").fill("سمت راست")
    press(page, "پاسخ را بفرست")
    assert page.locator("#reply").count() == 0
    assert row(case.pk).recontacts == 0

    refused_and_redone(page, case)
    told = row(case.pk)
    assert (told.state, told.outcome, told.disputes) == ("closed", "confirmed", 1)
    assert [e.verb for e in history.events(case.pk) if e.verb in ("contact", "dispute", "confirm")] == [
        "contact", "dispute", "confirm",
    ]  # fmt: skip

    press(page, "English")
    assert page.locator("html").get_attribute("dir") == "ltr"
    assert page.get_by_text("It was put right, and you or an inspector confirmed it.").is_visible()
    clean(page)


def test_the_same_without_a_script_on_a_small_phone(old: Any, known: str) -> None:
    def look(page: Any) -> None:
        assert page.locator("h1").first.is_visible()

    case = Case.objects.get(code=report(old, look))
    come_back(old, case.code, look)
    do(case.pk, "refer", By.EXPERT, unit=unit().id, words="ببینید")
    do(case.pk, "accept", By.UNIT)
    refused_and_redone(old, case, look)
    assert (row(case.pk).outcome, row(case.pk).disputes) == ("confirmed", 1)


def test_an_english_report_by_keyboard_alone(page: Any) -> None:
    page.goto("/report")
    press(page, "English")
    clean(page)
    page.locator("[name=words]").focus()
    page.keyboard.type("A big pothole in front of the school")
    page.locator("[name=subject]").focus()
    page.keyboard.type("Pothole")
    page.get_by_role("button", name="Next: where?").last.focus()
    page.keyboard.press("Enter")
    page.locator("[name=address]").wait_for()
    clean(page)
    page.locator("[name=address]").focus()
    page.keyboard.type("Tabarsi 12")
    page.keyboard.press("Enter")  # the step's own button, whatever else the page offers
    page.get_by_text("How shall we tell you?").first.wait_for()
    clean(page)
    page.locator("[name=tell_by]").first.focus()
    for _n in range(3):
        page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Send").last.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/reported/\d{10}(#main)?$"))
    clean(page)
    case = Case.objects.get(code=re.findall(r"\d{10}", page.url)[0])
    assert Contact.objects.get(case_id=case.pk).lang == "en"
