"""The staff's pages in a real browser: no axe violation, nothing wider than the window, a verb by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest

from bina.flow.cases.moves import By
from bina.flow.cases.write import Recorded
from bina.flow.waiting import holds
from bina.ground.city import people
from bina.ground.sla import clock, version
from tests.doors.web.test_in_browser import wrongs
from tests.flow.cast import do, in_progress, key, new, referred, report, row, unit

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("city", "live_server")]


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    for place in ("bina.flow.cases.photos.folder", "bina.doors.web.photo.folder"):
        monkeypatch.setattr(place, lambda: tmp_path / "files")


def enter(page: Any, username: str) -> None:
    """Becomes one of the demo's people by a press on the entrance."""
    version.check(version.current())
    found = people.by_username(username)
    assert found is not None
    page.goto("/")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.locator(f"button[name=person][value='{found.pk}']").first.click()
    page.wait_for_load_state()


def _waiting() -> int:
    case_id = in_progress()
    held: Recorded = holds.hold(
        case_id, constraint="UTILITY_FIRST", review_at=int(clock.now().timestamp()) + 10**6, by=By.UNIT, actor="p:1",
        channel="test", body=unit("WATER").id, words="لوله شکسته است", key=key(),
    )  # fmt: skip
    assert held.state == "waiting"
    return case_id


def _reported() -> int:
    case_id = referred("0601")
    do(case_id, "accept", By.UNIT)
    report(case_id, "done")
    return case_id


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_staff_page_is_clean_and_fits(page: Any, scheme: str) -> None:
    fresh, given, waiting, done = (row(one).code for one in (new().case_id, referred(), _waiting(), _reported()))
    page.emulate_media(color_scheme=scheme)
    wrong = []
    for who, addresses in {
        "m.azimi": ("/worklist", "/results", f"/case/{fresh}?do=refer", f"/case/{done}?do=send_back", "/find?q=چاله"),
        "karimi": ("/inbox", f"/case/{given}?do=return", f"/case/{waiting}?do=report", f"/case/{waiting}?do=hold"),
    }.items():
        enter(page, who)
        for address in addresses:
            wrong += wrongs(page, address, scheme)
    assert wrong == []


def test_an_answer_is_given_by_keyboard_alone(page: Any) -> None:
    case_id = _reported()
    enter(page, "m.azimi")
    page.goto(f"/case/{row(case_id).code}")
    page.keyboard.press("n")
    page.wait_for_url("**do=answer**")
    page.locator("#do-words").focus()
    page.keyboard.type("فردا دوباره می‌بینند")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/case/{row(case_id).code}")
    assert page.get_by_text("فردا دوباره می‌بینند").first.is_visible()


def test_a_case_leads_to_its_neighbours_in_the_list_it_was_opened_from(page: Any) -> None:
    codes = [row(referred()).code for _each in range(3)]
    enter(page, "m.azimi")
    page.goto("/worklist?district=MHD-03")
    shown = [str(link.get_attribute("href")) for link in page.locator("[data-row] .wrow-open").all()]
    assert {f"/case/{code}" for code in codes} <= set(shown)
    page.locator("[data-row] .wrow-open").first.click()
    page.wait_for_url(f"**{shown[0]}")
    assert not page.locator("[data-before]").is_visible()
    page.keyboard.press("j")
    page.wait_for_url(f"**{shown[1]}")
    page.keyboard.press("k")
    page.wait_for_url(f"**{shown[0]}")
    assert str(page.locator("[data-home]").get_attribute("href")).endswith("/worklist?district=MHD-03")
    page.evaluate("sessionStorage.clear()")
    page.reload()
    assert not page.locator("[data-neighbours]").is_visible()
