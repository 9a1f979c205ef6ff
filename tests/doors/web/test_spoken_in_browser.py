"""What a screen reader says of the desk and of the citizen's report: everything named, told apart, and in order."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.doors.web.test_desk_keys import OPERATOR, PHONE, ring, ten_open
from tests.doors.web.test_staff_in_browser import enter

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("city", "live_server")]

RINGING = """
- main:
  - heading "میز تماس" [level=1]
  - status "خط‌های تماس":
    - text: /زنگ می‌خورد/
    - button "پاسخ"
  - region "چه کسی تماس گرفته است؟":
    - textbox "شمارهٔ تماس‌گیرنده"
  - form "درخواست تازه":
    - textbox "چه شده است؟"
    - combobox "نشانی (اگر خواستید)"
    - combobox /موضوع/
    - checkbox /خطر/
    - textbox /نام/
    - textbox /شماره/
    - button "ثبت و گرفتن کد"
  - region "شاید همین باشد"
  - form "پاسخ آنی":
    - combobox "از بانک پاسخ"
    - button "پاسخ گرفت"
"""
ON_THE_LINE = """
- main:
  - heading "میز تماس" [level=1]
  - button "پایان تماس"
  - region "این شماره ۱۰ درخواست باز دارد":
    - heading "این شماره ۱۰ درخواست باز دارد" [level=2]
    - list:
      - listitem:
        - link "مرمت پیاده‌رو"
        - paragraph: /طبرسی ۱۲ به نام رضا احمدی/
        - group: پیگیری مجدد مرمت پیاده‌رو
"""
FIRST_STEP = """
- banner:
  - navigation "بخش‌ها"
- main:
  - paragraph: گام ۱ از ۳
  - heading "چه شده است؟" [level=1]
  - button "عکس (اگر خواستید)"
  - textbox "چه شده است؟"
  - combobox "موضوع، اگر می‌دانید"
  - checkbox "خطر جانی دارد"
  - 'button "بعد: کجا؟"'
- contentinfo
"""


def same_names(page: Any) -> list[str]:
    """Buttons and links of the page's own part that are called alike, so that by ear nobody can tell which is which."""
    tree = page.locator("main").aria_snapshot()
    names = Counter(re.findall(r'(?:button|textbox|combobox|checkbox) "([^"]+)"', tree))
    return [name for name, times in names.items() if times > 1]


def test_the_desk(page: Any) -> None:
    ten_open()
    enter(page, OPERATOR)
    page.goto("/desk")
    ring()
    page.locator(".desk-ringing").wait_for()
    expect(page.locator("body")).to_match_aria_snapshot(RINGING)
    expect(page.locator(".desk-ringing button")).to_have_attribute("aria-keyshortcuts", "F4")
    assert "F4 پاسخ به خط" in page.locator("aside.keys").aria_snapshot()
    assert same_names(page) == []
    page.keyboard.press("F4")
    page.wait_for_url("**/desk?call=*")
    expect(page.locator("body")).to_match_aria_snapshot(ON_THE_LINE)
    expect(page.locator("#caller")).to_be_focused()  # what he hears first: how many open cases this number has
    assert same_names(page) == []
    page.keyboard.press("Alt+1")
    join = page.locator("details.desk-join[open]")
    expect(join.get_by_role("group", name="چرا دوباره؟").get_by_role("radio", name="خبری ندارد")).to_be_visible()
    page.locator("#new").evaluate("form => form.noValidate = true")
    page.keyboard.press("Alt+W")
    page.keyboard.press("Control+Enter")
    refused = page.get_by_role("textbox", name="چه شده است؟")
    expect(refused).to_have_accessible_description("این را خالی نگذارید.")
    expect(refused).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert").filter(has_text="چیزی کم است")).to_be_visible()


def test_the_report(page: Any) -> None:
    page.goto("/report")
    expect(page.locator("body")).to_match_aria_snapshot(FIRST_STEP)
    assert same_names(page) == []
    page.locator("main form").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="بعد: کجا؟").press("Enter")
    refused = page.get_by_role("textbox", name="چه شده است؟")
    expect(refused).to_have_accessible_description(re.compile("این را خالی نگذارید."))
    expect(refused).to_have_attribute("aria-invalid", "true")
    refused.fill("چاله‌ای جلوی مدرسه است")
    page.get_by_role("button", name="بعد: کجا؟").press("Enter")
    guessed = page.get_by_role("group", name="از این‌هاست؟").get_by_role("radio", name="لکه‌گیری آسفالت (چاله)")
    expect(page.get_by_role("heading", level=1)).to_have_text("از این‌هاست؟")  # the same step again: what is new is said
    guessed.check()
    page.get_by_role("button", name="بعد: کجا؟").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("کجا"))
    expect(page.locator("main")).to_match_aria_snapshot("- main:\n  - paragraph: گام ۲ از ۳")
    page.get_by_role("combobox", name=re.compile("نشانی")).or_(
        page.get_by_role("textbox", name=re.compile("نشانی"))
    ).first.fill("طبرسی ۱۲")
    assert same_names(page) == []
    page.get_by_role("button", name=re.compile("^بعد")).press("Enter")
    expect(page.locator("main")).to_match_aria_snapshot("- main:\n  - paragraph: گام ۳ از ۳")
    expect(page.get_by_role("group", name=re.compile("خبر")).get_by_role("radio", name="پیامک")).to_be_checked()
    assert same_names(page) == []
    page.get_by_role("textbox", name=re.compile("شماره")).fill(PHONE)
    page.get_by_role("button", name="فرستادن").press("Enter")
    page.wait_for_url("**/reported/*")
    expect(page.get_by_role("region", name="کد رهگیری شما")).to_be_visible()
