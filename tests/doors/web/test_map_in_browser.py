"""The map in a real browser: drawn from the city's own shapes, moved by keyboard, pressed, picked; readable without."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.doors.web.staff import OPERATOR
from tests.doors.web.test_in_browser import DESKTOP, NARROW, PHONE, too_wide, violations
from tests.doors.web.test_staff_in_browser import enter
from tests.flow.cast import in_progress, new, ready, row, spot

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("city", "live_server")]
MANY = 9


def shown(page: Any) -> None:
    """Waits until the map has drawn what is in view."""
    page.locator("city-map .map-marks > g").first.wait_for()
    expect(page.locator("[data-map-said]")).to_contain_text("در این نما")


@pytest.fixture
def cases() -> list[str]:
    ready()
    many = [row(new().case_id).code for _ in range(MANY)]
    return [*many, row(new(place=spot("MHD-09")).case_id).code, row(in_progress("0601")).code]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_is_clean_and_fits(page: Any, cases: list[str], scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    enter(page, OPERATOR)
    page.goto("/map")
    shown(page)
    assert page.locator(".map-district").count() == 13 + page.locator("text.map-district").count()
    wrong = [f"desktop: {line}" for line in violations(page)]
    for width, height in (DESKTOP, PHONE, NARROW):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(100)
        if too_wide(page) > 0:
            wrong.append(f"at {width} px it is {too_wide(page)} px too wide")
    wrong += [f"narrow: {line}" for line in violations(page)]
    assert wrong == []


def test_a_press_on_a_cluster_shows_its_cases_and_one_on_a_point_opens_the_case(page: Any, cases: list[str]) -> None:
    enter(page, OPERATOR)
    page.goto("/map")
    shown(page)
    assert page.locator("[data-map-said]").inner_text() == "۱۱ درخواست در این نما"
    page.locator(".map-cluster circle").first.click()  # all of one place: no closer view would part them
    expect(page.locator(".map-row")).to_have_count(MANY + 1)
    assert page.evaluate("document.activeElement.id") == "in-view"
    page.locator(".map-pin .map-touch").first.click(force=True)
    page.wait_for_url(re.compile(r"/case/\d{10}$"))
    assert cases[MANY] in page.url


def test_by_keyboard_the_map_moves_and_the_list_follows(page: Any, cases: list[str]) -> None:
    enter(page, OPERATOR)
    page.goto("/map")
    shown(page)
    page.locator("city-map").focus()
    for _ in range(4):
        page.keyboard.press("+")
    expect(page.locator("[data-map-said]")).not_to_contain_text("۱۱")
    before = page.evaluate("document.querySelector('city-map').x")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.querySelector('city-map').x") > before
    page.keyboard.press("0")
    expect(page.locator("[data-map-said]")).to_contain_text("۱۱")
    kept = page.evaluate("location.hash")
    page.reload()
    shown(page)
    assert page.evaluate("location.hash") == kept, "coming back shows the same piece of the city"
    page.locator(".map-row a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/case/\d{10}$"))


def test_who_sees_the_whole_city_already_stays_where_he_is_when_zooming_out(page: Any, cases: list[str]) -> None:
    enter(page, OPERATOR)
    page.goto("/map")
    shown(page)
    where = "(({x, y, mpp}) => [x, y, mpp])(document.querySelector('city-map'))"
    box = page.locator("city-map").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4)
    page.evaluate("document.querySelector('city-map').go(0, 0, 1e9)")
    before = page.evaluate(where)
    for _ in range(3):
        page.mouse.wheel(0, 500)
    page.wait_for_timeout(100)
    assert page.evaluate(where) == before


def test_a_lost_line_is_said_and_breaks_nothing(page: Any, cases: list[str]) -> None:
    enter(page, OPERATOR)
    page.goto("/map")
    shown(page)
    page.context.set_offline(True)
    page.locator(".map-cluster circle").first.click()
    expect(page.locator("[data-map-said]")).to_contain_text("نقشه تازه نشد")
    page.context.set_offline(False)
    page.locator("city-map").focus()
    page.keyboard.press("0")
    expect(page.locator("[data-map-said]")).to_contain_text("در این نما")
    page.route("**/map/points*", lambda asked: asked.fulfill(status=503, body=""))
    page.keyboard.press("+")
    expect(page.locator("[data-map-said]")).to_contain_text("نقشه تازه نشد")


def test_filters_and_pages_of_the_list_hold_on_the_map(page: Any, cases: list[str], monkeypatch: Any) -> None:
    monkeypatch.setattr("bina.doors.web.map.PAGE", 4)
    enter(page, OPERATOR)
    page.goto("/map?state=registered")
    shown(page)
    assert page.locator("[data-map-said]").inner_text() == "۱۰ درخواست در این نما"
    assert page.locator(".map-row").count() == 4
    page.context.set_offline(True)
    page.locator("[data-map-more]").press("Enter")
    expect(page.locator("[data-map-said]")).to_contain_text("نقشه تازه نشد")
    page.context.set_offline(False)
    page.locator("[data-map-more]").press("Enter")
    expect(page.locator(".map-row")).to_have_count(8)
    assert page.evaluate("document.activeElement.closest('.map-row') !== null")
    assert len(set(page.locator(".map-row").evaluate_all("rows => rows.map(r => r.dataset.pin)"))) == 8


def test_without_a_script_the_list_stands_alone(browser: Any, live_server: Any, cases: list[str]) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="fa-IR")
    page = context.new_page()
    from bina.ground.city import people

    found = people.by_username(OPERATOR)
    assert found is not None
    page.goto("/")
    page.locator("summary").evaluate_all("all => all.length")
    page.locator(f"button[name=person][value='{found.pk}']").first.click()
    page.goto("/map")
    assert page.locator(".map-row").count() == 11
    assert not page.locator("city-map").is_visible()
    context.close()


def test_a_place_is_picked_on_the_map_by_mouse_and_by_keyboard(page: Any) -> None:
    ready()
    enter(page, OPERATOR)
    page.goto("/desk")
    lat, lon = page.locator("#id_lat"), page.locator("#id_lon")
    page.locator(".map-pick > summary").press("Enter")
    page.locator(".map-pick .map-ruler path").wait_for()
    assert violations(page) == []
    box = page.locator(".map-pick city-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    first = lat.input_value(), lon.input_value()
    assert re.fullmatch(r"36\.\d{6}", first[0])
    assert re.fullmatch(r"59\.\d{6}", first[1])
    page.locator(".map-pick city-map").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert float(lat.input_value()) > float(first[0])
    assert float(lon.input_value()) == pytest.approx(float(first[1]), abs=0.003)
    assert page.locator("[data-map-said]").inner_text() == "نقطه روی نقشه گذاشته شد."
    page.locator("#id_address").press_sequentially("کوچهٔ دوم")
    assert lat.input_value(), "what is written of the address does not take the point away"
    page.locator("[data-map-drop]").click()
    assert (lat.input_value(), lon.input_value()) == ("", "")


def test_a_case_with_a_picked_point_is_registered_there(page: Any) -> None:
    from bina.flow.cases.models import Case

    ready()
    enter(page, OPERATOR)
    page.goto("/desk")
    page.locator("#id_words").fill("چالهٔ بزرگی هست")
    page.locator("#id_phone").fill("09151234567")
    page.locator(".map-pick > summary").click()
    page.locator(".map-pick .map-ruler path").wait_for()
    box = page.locator(".map-pick city-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    picked = page.locator("#id_lat").input_value()
    page.locator("#id_subject-box").press_sequentially("چاله")
    page.locator("#id_subject-box").press("Enter")
    expect(page.locator("#id_subject")).not_to_have_value("")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/desk/\d{10}"))
    case = Case.objects.get()
    assert case.lat_e6 == round(float(picked) * 1e6)
    assert case.district_id is not None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_search_pages_are_clean_and_fit(page: Any, cases: list[str], scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    enter(page, OPERATOR)
    wrong = []
    for address in ("/find?q=طبرسی", "/find?q=رضایی&by=name", "/find?q=09990000137", "/find?q=ققنوس", "/find"):
        page.goto(address)
        for width, height in (DESKTOP, NARROW):
            page.set_viewport_size({"width": width, "height": height})
            wrong += [f"{address} {width}: {line}" for line in violations(page)]
            if too_wide(page) > 0:
                wrong.append(f"{address} at {width} px is {too_wide(page)} px too wide")
    assert wrong == []
