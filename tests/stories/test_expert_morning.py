"""An expert's morning in a real browser, by keyboard: a result passed and one sent back, one call for many, bulk."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from bina.flow.cases import history
from bina.flow.cases.models import Case
from bina.flow.quality import orders
from bina.flow.quality.models import FollowUp, Order
from bina.ground.sla import clock, version
from bina.ground.text.jalali import local_day, numeric_date
from tests.doors.web.staff import expert_of
from tests.doors.web.test_in_browser import PHONE, too_wide, violations
from tests.doors.web.test_staff_in_browser import enter
from tests.flow.cast import check_every_result, in_progress, new, referred, reported, row, unit

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("city", "live_server")]


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    for place in ("bina.flow.cases.photos.folder", "bina.doors.web.photo.folder"):
        monkeypatch.setattr(place, lambda: tmp_path / "files")
    check_every_result()


def clean(page: Any) -> None:
    """No axe violation on the page as it stands, by day and by night, and nothing wider than a phone."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(300)  # colours fade from one to the other
        assert violations(page) == [], (page.url, scheme)
    before = page.viewport_size
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert too_wide(page) <= 0, page.url
    page.set_viewport_size(before)


def the_worker_comes(after_seconds: int = 11) -> int:
    """The ten seconds have passed, and the worker carries out what is due."""
    version.check(version.current())
    Order.objects.filter(state="waiting").update(run_at=clock.now() - timedelta(seconds=after_seconds - 10))
    return orders.carry_out_due()


def late(number: int) -> list[int]:
    ids = [in_progress() for _ in range(number)]
    past = (clock.now() - timedelta(hours=5)).replace(microsecond=0)
    Case.objects.filter(pk__in=ids).update(unit_due_at=past)
    return ids


def test_an_experts_morning(page: Any) -> None:
    good, poor = (row(reported("done", "0101")) for _ in range(2))
    chased, resting, fresh = late(4), referred(), [new().case_id for _ in range(2)]
    enter(page, expert_of(good))
    page.goto("/worklist")
    assert "درخواست به شما نیاز دارد" in page.locator("h1").inner_text()
    clean(page)
    _results(page, good, poor)
    _one_call(page, chased)
    _put_aside(page, row(resting))
    _bulk(page, fresh)
    page.keyboard.press("Shift+Slash")
    assert page.locator("dialog[open]").get_by_text("پیگیری", exact=False).count() > 0
    clean(page)


def _results(page: Any, good: Case, poor: Case) -> None:
    """Two results: the first passes with one key, the second goes back with a reason."""
    page.goto("/results")
    clean(page)
    page.keyboard.press("y")
    page.wait_for_url("**/results")
    page.get_by_text(re.compile("پذیرفتن نتیجه» ثبت شد")).wait_for()
    assert row(good.pk).more["checked"]
    page.keyboard.press("b")
    page.keyboard.type("عکس جای دیگری است")
    page.keyboard.press("Control+Enter")
    page.get_by_text("نتیجه‌ای برای کنترل نمانده است").wait_for()
    assert row(poor.pk).state == "in_progress"
    assert history.entries(poor.pk)[-1].words == "عکس جای دیگری است"


def _one_call(page: Any, chased: list[int]) -> None:
    """One call to the unit: four cases, one entry, its word on its day."""
    page.goto("/worklist")
    page.keyboard.press("p")
    page.wait_for_url("**/worklist/people")
    clean(page)
    page.locator("nav a", has_text=unit().name).first.click()
    page.locator("#call-words").fill("تا شنبه تمام می‌شود")
    page.locator("#call-word_at").fill(numeric_date(local_day(clock.now() + timedelta(days=2), "Asia/Tehran")))
    page.keyboard.press("Control+Enter")
    page.get_by_text(re.compile("یک پیگیری برای")).wait_for()
    assert FollowUp.objects.count() == 1
    assert all(row(one).word_at for one in chased)


def _put_aside(page: Any, case: Case) -> None:
    """One case put aside until the next working day: the current row, one key."""
    page.goto(f"/worklist?q={case.code}")
    page.keyboard.press("j")
    page.keyboard.press("z")
    page.wait_for_url("**/worklist/bulk")
    clean(page)
    page.locator("#do-words").fill("رئیس واحد امروز نیست")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/worklist?**")
    page.get_by_text("پس بگیر").wait_for()
    assert the_worker_comes() == 1
    page.get_by_text(re.compile("انجام شد")).first.wait_for(timeout=20_000)
    assert row(case.pk).more["snoozed"] > clock.now().timestamp()
    page.goto("/worklist?only=aside")
    assert page.get_by_text("رئیس واحد امروز نیست").first.is_visible()


def _bulk(page: Any, fresh: list[int]) -> None:
    """Two cases referred at once: taken back within ten seconds, then ordered again and carried out."""
    for again in (False, True):
        page.goto("/worklist?state=registered")
        page.keyboard.press("j")
        page.keyboard.press("x")
        page.keyboard.press("j")
        page.keyboard.press("x")
        assert page.get_by_text("۲ برگزیده").is_visible()
        page.keyboard.press("a")
        page.wait_for_url("**/worklist/bulk")
        page.locator("#do-unit").select_option(unit().code)
        page.locator("#do-words").fill("لطفاً ببینید")
        page.keyboard.press("Control+Enter")
        page.get_by_text("پس بگیر").wait_for()
        if not again:
            clean(page)
            page.keyboard.press("u")
            page.get_by_text("چیزی عوض نشد").wait_for()
            assert the_worker_comes() == 0
            assert {row(one).state for one in fresh} == {"registered"}
    assert the_worker_comes() == 1
    page.get_by_text(re.compile("۲ از ۲ انجام شد")).wait_for(timeout=20_000)
    assert {row(one).state for one in fresh} == {"referred"}


def test_everything_also_without_a_script(browser: Any, live_server: Any) -> None:
    """Ticks, the bar's buttons and the ten seconds are plain forms."""
    from django.test import Client

    from bina.ground.city import people

    case = row(new().case_id)
    version.check(version.current())
    person = people.by_username(expert_of(case))
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url, locale="fa-IR")
    context.add_cookies([
        {"name": name, "value": morsel.value, "url": live_server.url} for name, morsel in client.cookies.items()
    ])  # fmt: skip
    page = context.new_page()
    page.goto("/worklist")
    page.locator("input[name=pick]").first.check()
    page.locator("button[value=refer]").click()
    page.locator("#do-unit").select_option(unit().code)
    page.locator("#do-words").fill("لطفاً ببینید")
    page.locator("form button.btn-p").last.click()
    page.get_by_text("پس بگیر").click()
    page.get_by_text("چیزی عوض نشد").wait_for()
    assert the_worker_comes() == 0
    context.close()
