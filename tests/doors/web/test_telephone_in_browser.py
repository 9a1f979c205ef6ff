"""The telephone in a real browser: clean in both themes, messages appear by themselves, answered by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from bina.flow.cases.moves import By
from bina.flow.dialogue import sender
from tests.doors.web.test_in_browser import DESKTOP, NARROW, PHONE, too_wide, violations
from tests.flow.cast import do, new, report, reported, row
from tests.flow.dialogue.messages import told

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("city", "live_server")]


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")


def delivered() -> None:
    """What has happened is told and arrives; the page's own connection sees it."""
    told()
    sender.send_due()
    connection.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_clean_and_fits(page: Any, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto("/telephone")
    wrong = [f"empty: {line}" for line in violations(page)]
    reported("done")
    delivered()
    for width, height in (DESKTOP, PHONE, NARROW):
        page.set_viewport_size({"width": width, "height": height})
        page.goto("/telephone")
        wrong += [f"{width}: {line}" for line in violations(page)]
        if too_wide(page) > 0:
            wrong.append(f"at {width} px it is {too_wide(page)} px too wide")
    assert wrong == []


def test_a_result_appears_by_itself_and_is_confirmed_by_keyboard(page: Any) -> None:
    case_id = new("0601").case_id
    from tests.flow.cast import unit

    do(case_id, "refer", By.EXPERT, unit=unit().id, words="ببینید")
    do(case_id, "accept", By.UNIT)
    delivered()
    page.goto("/telephone")
    assert page.locator(".tel-bubble").count() == 1
    assert page.get_by_role("button", name="۱ درست است").is_hidden()
    report(case_id, "done", words="چراغ روشن شد")
    delivered()
    page.get_by_text("چراغ روشن شد").nth(0).wait_for()
    assert page.locator(".tel-bubble").count() == 2
    page.get_by_role("button", name="۱ درست است").press("Enter")
    page.wait_for_url("**/telephone?who=*")
    assert row(case_id).outcome == "confirmed"
    assert "۱" in page.locator(".tel-mine").inner_text()
    delivered()
    page.get_by_text("سپاس؛ تأیید شما ثبت شد").nth(0).wait_for()


def test_enter_sends_what_was_written(page: Any) -> None:
    case_id = new().case_id
    delivered()
    page.goto("/telephone")
    page.get_by_label("پیام شما به ۱۳۷").fill("کی می‌آیید؟")
    page.keyboard.press("Enter")
    page.wait_for_url("**/telephone?who=*")
    page.locator(".tel-mine", has_text="کی می‌آیید؟").wait_for()
    assert row(case_id).recontacts == 1


def test_the_ribbon_opens_it_beside_the_page(page: Any) -> None:
    new()
    page.goto("/report")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="تلفن شهروند").click()
    beside = opened.value
    beside.wait_for_load_state()
    assert beside.url.endswith("/telephone")
    assert page.url.endswith("/report"), "the page stays where it was"
    beside.close()


def test_without_a_script_it_is_read_anew_and_answered(browser: Any, live_server: Any) -> None:
    case_id = reported("done")
    delivered()
    context = browser.new_context(locale="fa-IR", java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    page.goto("/telephone")
    do(case_id, "answer", By.EXPERT, words="بازرس هم می‌آید")
    delivered()
    assert page.get_by_text("بازرس هم می‌آید").count() == 0
    page.get_by_role("link", name="پیام‌های تازه").click()
    assert page.get_by_text("بازرس هم می‌آید").count() > 0
    page.get_by_role("button", name="۲ درست نیست").click()
    assert row(case_id).state == "referred"
    context.close()
