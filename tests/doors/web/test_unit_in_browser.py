"""The unit's and the crew's pages in a real browser: clean for axe, nothing too wide, paper typed by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest

from bina.flow.cases.moves import By
from bina.flow.work import jobs, slips
from bina.ground.text.codes import spoken
from bina.ground.text.digits import persian
from tests.doors.web.test_in_browser import wrongs
from tests.doors.web.test_inbox_deed import wanted
from tests.doors.web.test_staff_in_browser import enter
from tests.flow.cast import do, in_progress, photograph, referred, report, row
from tests.flow.work.test_jobs import C1, C2, plan

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("city", "live_server")]


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    for place in ("bina.flow.cases.photos.folder", "bina.doors.web.photo.folder"):
        monkeypatch.setattr(place, lambda: tmp_path / "files")


def _sent_back() -> int:
    case_id = in_progress("0601")
    report(case_id)
    do(case_id, "send_back", By.EXPERT, words="پلاک در عکس پیدا نیست")
    return case_id


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_unit_is_clean_and_fits(page: Any, scheme: str) -> None:
    new, back = row(referred()).code, row(_sent_back()).code
    work, waits = in_progress(), in_progress()
    plan(work, C1)
    plan(waits, C2, kind="visit")
    slips.keep(waits, unit_id=row(waits).unit_id, finding="done", quantity=2, done_on=None, words="شد", actor="p:1")
    code = row(work).code
    page.emulate_media(color_scheme=scheme)
    wrong = []
    for who, addresses in {
        "karimi": ("/inbox", f"/inbox/crew?pick={new}&pick={code}", f"/inbox/{back}/report", f"/inbox/{new}/return",
                   f"/inbox/{new}/refer", f"/inbox/{code}/partly_done", "/day", "/day/print", "/day/enter"),
        "e.saeedi": ("/crew", f"/crew?crew={C1}", f"/crew/{code}"), "s.ataei": ("/crew",),
    }.items():  # fmt: skip
        enter(page, who)
        for address in addresses:
            wrong += wrongs(page, address, scheme)
    assert wrong == []


def test_paper_is_typed_in_by_keyboard_alone(page: Any) -> None:
    wanted("0101", done=["photo_after"])
    first, second, third = in_progress("0101"), in_progress("0101"), in_progress("0101")
    for case_id in (first, second, third):
        plan(case_id)
    photograph(first)
    enter(page, "karimi")
    page.goto("/day/enter")
    press = page.keyboard
    press.type(spoken(row(first).code))
    for key in ("Tab", "1", "Tab"):
        press.press(key)
    press.type("۷")
    press.press("Enter")
    page.wait_for_selector("text=ثبت شد")
    assert page.evaluate("document.activeElement.name") == "code", "the next line is ready at once"
    press.type("۱۲")
    press.press("Enter")
    page.wait_for_selector(".field-bad")
    assert page.evaluate("document.activeElement.name") == "code"
    press.type(persian(row(second).code))
    for key in ("Tab", "1", "Enter"):
        press.press(key)
    page.wait_for_selector("text=منتظر عکس")
    press.type(row(third).code)
    press.press("Tab")
    press.press("4")
    assert page.locator("[name=rest_at]").is_visible()
    for _ in range(3):
        press.press("Tab")
    press.type("1 فروردین 1410")
    press.press("Enter")
    page.wait_for_selector(".en-done > li:nth-child(3)")
    assert [row(one).state for one in (first, second, third)] == ["reported", "in_progress", "in_progress"]
    assert jobs.of_case(first)[0].quantity == 7
    assert slips.of_case(second) is not None
    assert row(third).more["partly"] == 1


def test_what_is_ticked_is_counted_and_given_to_a_crew(page: Any) -> None:
    one, other = row(referred()), row(referred())
    enter(page, "karimi")
    page.goto("/inbox")
    page.get_by_label("همه").first.check()
    assert "۲ برگزیده" in page.locator("[data-picks-count]").inner_text()
    page.locator("#in-crew").select_option(C1)
    page.locator("h1").click()
    page.keyboard.press("Shift+C")
    page.wait_for_selector("text=داده شد")
    assert {len(jobs.of_case(case.pk)) for case in (one, other)} == {1}


def test_a_row_is_reached_ticked_and_accepted_by_keys(page: Any) -> None:
    one, other = row(referred()), row(referred())
    enter(page, "karimi")
    page.goto("/inbox")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert "۱ برگزیده" in page.locator("[data-picks-count]").inner_text()
    page.keyboard.press("a")
    page.wait_for_selector("text=۱ درخواست پذیرفته شد.")
    assert sorted(row(case.pk).state for case in (one, other)) == ["in_progress", "referred"]
