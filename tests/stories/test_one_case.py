"""One case in a real browser, from the call to the confirmed answer, each step by the person whose it is."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from PIL import Image

from bina.flow.cases import history
from bina.flow.cases.models import Case
from tests.doors.web.staff import expert_of
from tests.doors.web.test_in_browser import violations
from tests.doors.web.test_staff_in_browser import enter
from tests.flow.cast import unit

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("city", "live_server")]
PHONE = "۰۹۱۵۱۲۳۴۵۶۷"
HEAD, OPERATOR = "karimi", "z.sabet"


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    for place in ("bina.flow.cases.photos.folder", "bina.doors.web.photo.folder"):
        monkeypatch.setattr(place, lambda: tmp_path / "files")


def picture() -> dict[str, Any]:
    """A photo as a phone sends it."""
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (90, 92, 96)).save(out, "JPEG")
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def clean(page: Any) -> None:
    """No axe violation on the page as it stands."""
    assert violations(page) == [], page.url


def do(page: Any, case: Case, verb: str, **typed: Any) -> None:
    """Opens a verb's form on the case page, fills it in and sends it."""
    page.goto(f"/case/{case.code}?do={verb}")
    clean(page)
    form = page.locator("#do form")
    for name, value in typed.items():
        field = form.locator(f"[name={name}]")
        kind = field.first.evaluate("one => one.tagName + ':' + (one.type || '')")
        if kind == "SELECT:select-one":
            field.select_option(value)
        elif kind == "INPUT:radio":
            form.locator(f"[name={name}][value='{value}']").check()
        elif kind == "INPUT:file":
            field.set_input_files(value)
        else:
            field.fill(value)
    form.locator("button.btn-p").click()
    page.wait_for_url(re.compile(rf"/(case/{case.code}|inbox)$"))  # whoever gave it back sees it no more
    assert page.locator("#do .note-bad").count() == 0


def head_of(code: str) -> str:
    """Somebody who heads a unit."""
    from bina.ground.city import people

    rights = [r for r in people.of_unit(unit(code).id) if r.role == "unit_head"]
    found = people.person(rights[0].person_id)
    assert found is not None
    return found.username


def call(page: Any) -> Case:
    """The operator registers the call and reads out the code."""
    enter(page, OPERATOR)
    page.goto("/desk")
    clean(page)
    main = page.locator("form[data-draft]")
    main.locator("[name=words]").fill("دست‌فروش‌ها پیاده‌روی جلوی مدرسه را بسته‌اند")
    main.locator("[name=address]").fill("طبرسی ۱۲، جلوی مدرسه")
    main.locator("[name=district]").select_option("MHD-03")
    main.get_by_role("combobox", name="موضوع").fill("دستفروش")
    page.get_by_role("option", name="سد معبر دست‌فروشان").wait_for()
    page.keyboard.press("Enter")
    page.locator("select[name=subject] option:checked:not([value=''])").wait_for(state="attached")
    main.locator("[name=name]").fill("علی رضایی")
    main.locator("[name=phone]").fill(PHONE)
    main.locator("button.btn-p").click()
    page.wait_for_url(re.compile(r"/desk/\d{10}$"))
    clean(page)
    return Case.objects.get(code=page.url.rsplit("/", 1)[1])


def asked(page: Any, case: Case, *, say: str) -> None:
    """The citizen on his page: the code, the number it was registered with, and his word."""
    page.context.clear_cookies()
    page.goto(f"/track?code={case.code}")
    clean(page)
    page.locator("#phone").fill(PHONE)
    page.get_by_role("button", name="نشان بده").click()
    page.wait_for_url(f"**/mine/{case.code}")
    clean(page)
    if say == "no":
        page.locator("#why").select_option("not_done")
        page.get_by_role("button", name="نه، درست نشده است").click()
    else:
        page.get_by_role("button", name="بله، درست شد").click()
    page.wait_for_url("**said=**")


def test_from_the_call_to_the_confirmation(page: Any) -> None:
    case = call(page)
    expert, other = expert_of(case), "MHD-03/D-ENF"
    enter(page, expert)
    page.goto("/worklist")
    clean(page)
    do(page, case, "refer", unit="MHD-03/D-TECH", words="لطفاً ببینید")

    enter(page, HEAD)
    page.goto("/inbox")
    clean(page)
    do(page, case, "return", reason="not_ours", proposed_unit=other, words="کار اجراییات است")

    enter(page, expert)
    do(page, case, "refer", unit=other, words="با شماست")
    enter(page, head_of(other))
    do(page, case, "accept")
    do(page, case, "report", finding="done", words="دست‌فروش‌ها جابه‌جا شدند", photo=picture())

    enter(page, expert)
    do(page, case, "send_back", words="عکس از روبه‌رو بگیرید")
    enter(page, head_of(other))
    do(page, case, "report", finding="done", words="عکس تازه پیوست است", photo=picture())
    asked(page, case, say="no")

    enter(page, head_of(other))
    do(page, case, "accept")
    do(page, case, "report", finding="done", words="دوباره رفتیم و راه باز شد", photo=picture())
    asked(page, case, say="yes")
    assert page.get_by_text("تأیید شد").first.is_visible()

    case.refresh_from_db()
    assert (case.state, case.outcome, case.returns, case.send_backs, case.disputes) == ("closed", "confirmed", 1, 1, 1)
    assert None not in (case.answered_at, case.done_at, case.confirmed_at)
    moves = [e.verb for e in history.events(case.pk) if e.verb not in ("notified", "seen", "photo")]
    told = "register refer return refer accept report send_back report dispute accept report confirm"
    assert moves == told.split()
    assert [e.verb for e in history.events(case.pk)].count("notified") == 2


def test_a_page_that_grew_old_says_so_and_keeps_what_was_typed(page: Any, browser: Any, live_server: Any) -> None:
    case = call(page)
    expert = expert_of(case)
    enter(page, expert)
    page.goto(f"/case/{case.code}?do=note")
    page.locator("#do [name=words]").fill("یادداشت نخست")
    second = browser.new_context(base_url=live_server.url, locale="fa-IR").new_page()
    enter(second, expert)
    do(second, case, "refer", unit="MHD-03/D-TECH", words="لطفاً ببینید")
    second.context.close()
    page.locator("#do button.btn-p").click()
    page.wait_for_load_state()
    assert page.locator("#do [role=alert]").first.is_visible()
    assert page.locator("#do [name=words]").input_value() == "یادداشت نخست"
    clean(page)
    page.locator("#do button.btn-p").click()
    page.wait_for_url(re.compile(rf"/case/{case.code}$"))
    assert [e.verb for e in history.events(case.pk)][-1] == "note"
