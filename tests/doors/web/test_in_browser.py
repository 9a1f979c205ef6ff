"""The pages in a real browser: no axe violation, nothing wider than the window, the keyboard reaches everything."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bina.ground.city.roles import Role
from tests.doors.web.conftest import PASSWORD, make_city, make_person

pytestmark = pytest.mark.browser

DESKTOP, PHONE, NARROW = (1366, 768), (390, 844), (320, 640)  # 320 px is 1280 at 400 % zoom


def violations(page: Any) -> list[str]:
    """What axe finds wrong, one line each."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['help']} at {[n['target'] for n in v['nodes']][:3]}" for v in found]


def too_wide(page: Any) -> int:
    """By how many pixels the page is wider than its window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return wide


def wrongs(page: Any, address: str, scheme: str, *, status: int | None = 200) -> list[str]:
    """What is wrong with a page, a line each: axe on a desk and on the narrowest window, and all that is too wide."""
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    answer = page.goto(address)
    assert status is None or answer.status == status, address
    wrong = [f"{address} {scheme} desktop: {line}" for line in violations(page)]
    for width, height in (DESKTOP, PHONE, NARROW):
        page.set_viewport_size({"width": width, "height": height})
        if too_wide(page) > 0:
            wrong.append(f"{address} at {width} px is {too_wide(page)} px too wide")
    return wrong + [f"{address} {scheme} narrow: {line}" for line in violations(page)]


@pytest.fixture
def demo(live_server: Any) -> None:
    make_city(demo=True)
    make_person("sabeti", Role.OPERATOR, name="مریم ثابتی", password=PASSWORD)
    make_person("musavi", Role.OPERATOR, name="زهرا موسوی")
    make_person("karimi", Role.UNIT_HEAD, name="ایرج کریمی")
    make_person("admin", Role.ADMIN, name="مدیر")


PAGES = ("/", "/sign-in", "/home", "/components", "/components?toast", "/nothing", "/first/1-spent")


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_clean_and_fits(page: Any, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto("/")
    page.get_by_role("button", name="مریم ثابتی").click()
    assert [line for address in PAGES for line in wrongs(page, address, scheme, status=None)] == []


OWN_PAGE = re.compile(r"/(home|desk|work|inbox|cases)$")  # where a person begins: the first of his pages


@pytest.mark.usefixtures("demo")
def test_one_press_becomes_somebody_and_the_menu_leads_out(page: Any) -> None:
    page.goto("/")
    page.get_by_role("button", name="ایرج کریمی").press("Enter")
    page.wait_for_url(OWN_PAGE)
    page.locator("summary", has_text="ایرج کریمی").press("Enter")
    page.get_by_role("button", name="خروج").press("Enter")
    page.wait_for_url("**/")
    page.goto("/home")
    assert "/sign-in" in page.url


@pytest.mark.usefixtures("demo")
def test_signing_in_by_keyboard_alone(page: Any) -> None:
    page.goto("/sign-in?next=/home")
    page.locator("#username").focus()
    page.keyboard.type("sabeti")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/home")


COUNT = "window.pressed = 0; document.querySelector('[data-key=N]').addEventListener('click', () => window.pressed++)"
PRESS = """selector => {
  const key = { key: "د", code: "KeyN", bubbles: true, cancelable: true };
  document.querySelector(selector).dispatchEvent(new KeyboardEvent("keydown", key));
  return window.pressed;
}"""


@pytest.mark.usefixtures("demo")
def test_keys_work_with_the_persian_layout_never_in_a_field_and_can_be_switched_off(page: Any) -> None:
    page.goto("/")
    page.get_by_role("button", name="مریم ثابتی").click()
    page.goto("/components")
    page.evaluate(COUNT)

    def persian_n(target: str = "body") -> int:
        pressed: int = page.evaluate(PRESS, target)
        return pressed

    assert persian_n() == 1
    assert persian_n("textarea") == 1
    page.keyboard.press("Shift+Slash")
    assert page.locator("#keys-help").is_visible()
    assert page.locator("#keys-help dt").all_inner_texts() == ["/", "N", "H", "E", "M"]
    assert page.locator("#keys-help dd").nth(1).inner_text() == "خبر به شهروند"
    page.keyboard.press("Escape")
    page.locator("summary", has_text="مریم ثابتی").click()
    page.locator("[data-letters]").uncheck()
    assert persian_n() == 1


@pytest.mark.usefixtures("demo")
def test_the_look_changes_at_once_and_stays(page: Any) -> None:
    page.goto("/")
    page.get_by_label("تیره").check()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.wait_for_load_state("networkidle")
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


@pytest.mark.usefixtures("demo")
def test_without_a_script_everything_still_works(browser: Any, live_server: Any) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url, locale="fa-IR")
    page = context.new_page()
    page.goto("/")
    page.get_by_label("تیره").check()
    page.get_by_role("button", name="اعمال").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.get_by_role("button", name="مریم ثابتی").click()
    page.wait_for_url(OWN_PAGE)
    context.close()


@pytest.mark.usefixtures("demo")
def test_a_form_is_sent_once_however_often_it_is_pressed(page: Any) -> None:
    page.goto("/sign-in")
    sent: list[str] = []

    def hold(route: Any) -> None:
        sent.append(route.request.url)
        page.wait_for_timeout(300)
        route.continue_()

    page.route("**/sign-in", hold)
    page.locator("#username").fill("sabeti")
    page.locator("#password").fill("wrong")
    page.get_by_role("button", name="ورود", exact=True).dblclick()
    page.get_by_role("alert").wait_for()
    assert len(sent) == 1


@pytest.mark.usefixtures("demo")
def test_two_hundred_percent_text_still_fits(page: Any) -> None:
    page.goto("/")
    page.get_by_role("button", name="مریم ثابتی").click()
    page.goto("/components")
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert too_wide(page) <= 0
