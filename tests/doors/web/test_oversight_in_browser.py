"""The supervisor's and the inspector's pages and a full case in a real browser: clean, fitting, done by keyboard."""

from __future__ import annotations

from typing import Any

import pytest

from bina.flow.cases.moves import By
from bina.flow.quality import inspections
from tests.doors.web.test_case_page import full
from tests.doors.web.test_in_browser import PHONE, violations, wrongs
from tests.doors.web.test_oversight import bounced, objected, proposed, wished
from tests.doors.web.test_staff_in_browser import enter
from tests.flow.cast import key, reported, row

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("city", "live_server")]


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    for place in ("bina.flow.cases.photos.folder", "bina.doors.web.photo.folder"):
        monkeypatch.setattr(place, lambda: tmp_path / "files")


def ordered() -> str:
    """The code of a result that an inspector is to see."""
    case_id = reported()
    inspections.order(case_id, why="doubt", by=By.EXPERT, actor="p:1", channel="test", key=key())
    return row(case_id).code


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_clean_and_fits(page: Any, scheme: str) -> None:
    whole, seen = full().code, ordered()
    for make in (bounced, proposed, objected, wished):
        make()
    desk = row(bounced()).desk_id
    page.emulate_media(color_scheme=scheme)
    wrong = []
    for who, addresses in {
        "m.azimi": ("/oversight", "/oversight?need=settle", f"/oversight?desk={desk}"),
        "n.ghasemi": ("/inspect", f"/inspect/{seen}", f"/case/{seen}"),
        "karimi": (f"/case/{whole}", f"/case/{whole}?view=citizen", f"/case/{whole}?view=messages&do=hold"),
    }.items():
        enter(page, who)
        for address in addresses:
            wrong += wrongs(page, address, scheme)
    assert wrong == [], "\n".join(wrong)


def test_a_decision_is_made_by_keyboard_alone(page: Any) -> None:
    case_id = proposed()
    enter(page, "m.azimi")
    page.goto("/oversight")
    for _ in range(60):
        if page.evaluate("document.activeElement.tagName") == "TEXTAREA":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("شدنی نیست، چون دیوار خصوصی است")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    page.get_by_text("ثبت شد").first.wait_for()
    assert row(case_id).outcome == "declined"


def test_an_inspection_with_two_defects_on_a_phone(page: Any) -> None:
    code = ordered()
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    enter(page, "n.ghasemi")
    page.goto("/inspect")
    page.locator(f"a[href='/inspect/{code}']").click()
    page.get_by_label("عیب دارد").check()
    page.locator("[name=kind_1]").select_option("uneven")
    page.locator("[name=place_1]").fill("جلوی پلاک ۱۲")
    page.get_by_text("عیب ۲", exact=True).click()
    page.locator("[name=kind_2]").select_option("unclean")
    page.get_by_role("button", name="ثبت بازرسی").click()
    page.wait_for_url("**/inspect#see")
    assert "کار به واحد برگشت" in page.locator("body").inner_text()


def test_an_open_page_tells_of_what_came_meanwhile(page: Any) -> None:
    from tests.flow.cast import do

    case_id = proposed()
    code = row(case_id).code
    enter(page, "m.azimi")
    page.goto(f"/case/{code}")
    do(case_id, "note", By.EXPERT, words="دوباره زنگ زد")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    told = page.get_by_text("۱ رویداد تازه")
    told.wait_for()
    told.click()
    page.wait_for_url("**since=*")
    assert "دوباره زنگ زد" in page.locator(".note-info").inner_text()
    assert violations(page) == []
