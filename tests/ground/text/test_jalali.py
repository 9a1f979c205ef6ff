"""Jalali dates are read as people write them and shown as people say them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bina.ground.text import jalali
from bina.ground.text.jalali import BadDate, format_date, format_moment, parse_date, parse_time, relative, span

DAY = date(2026, 11, 24)  # سه‌شنبه ۳ آذر ۱۴۰۵
AT = datetime(2026, 11, 24, 6, 54, 30, tzinfo=UTC)
DAYS = st.dates(jalali.year_span(1300)[0], jalali.year_span(1478)[1] - timedelta(days=1))


@pytest.mark.parametrize(
    "typed",
    [
        "1405/09/03", "1405-9-3", "۱۴۰۵/۰۹/۰۳", "١٤٠٥/٠٩/٠٣", "1405.9.3", " 1405 / 9 / 3 ", "3/9/1405", "03-09-1405",
        "۳ آذر ۱۴۰۵", "سه‌شنبه ۳ آذر ۱۴۰۵", "سه شنبه، 3 اذر ماه 1405", "۳ام آذر سال ۱۴۰۵", "2026-11-24",
        "۱۴۰۵\u200f/۹/۳",
    ],
)  # fmt: skip
def test_every_way_of_writing_a_day_is_read(typed: str) -> None:
    assert parse_date(typed) == DAY


def test_a_day_without_its_year_is_this_years_when_today_is_known() -> None:
    assert parse_date("۳ آذر", today=date(2026, 4, 1)) == DAY
    with pytest.raises(BadDate):
        parse_date("۳ آذر")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("05/09/03", "لطفاً سال را با چهار رقم بنویسید؛ مانند ۱۴۰۵/۰۹/۰۳."),
        ("3/9/05", "لطفاً سال را با چهار رقم بنویسید؛ مانند ۱۴۰۵/۰۹/۰۳."),
        ("۳ آذر ۰۵", "لطفاً سال را با چهار رقم بنویسید؛ مانند ۱۴۰۵/۰۹/۰۳."),
        ("1404/12/30", "اسفند ۱۴۰۴ از ۱ تا ۲۹ روز دارد."),
        ("1405/07/31", "مهر ۱۴۰۵ از ۱ تا ۳۰ روز دارد."),
        ("1405/13/01", "ماه باید از ۱ تا ۱۲ باشد."),
        ("1299/1/1", "سال باید میان ۱۳۰۰ و ۱۴۷۸ باشد."),
        ("9999/1/1", "سال باید میان ۱۳۰۰ و ۱۴۷۸ باشد."),
    ],
)
def test_what_is_wrong_with_a_date_is_said(typed: str, sentence: str) -> None:
    with pytest.raises(BadDate) as refused:
        parse_date(typed)
    assert refused.value.fa == sentence
    assert refused.value.en


@pytest.mark.parametrize(
    "typed", ["", "فردا", "آذر", "2026-02-30", "1405/1/" + "9" * 400, "1/2", "\ud800", "1405/09/03/01"]
)
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(BadDate):
        parse_date(typed)


@given(DAYS)
def test_what_is_shown_can_be_typed_back(day: date) -> None:
    assert parse_date(jalali.numeric_date(day)) == day
    assert parse_date(format_date(day)) == day
    assert parse_date(format_date(day, weekday=True)) == day
    assert parse_date(day.isoformat()) == day


@given(st.text(max_size=30) | st.from_regex(r"[0-9۰-۹]{0,5}[-/][0-9۰-۹]{0,3}[-/][0-9]{0,5}", fullmatch=True))
def test_typed_nonsense_is_a_date_or_a_sentence(typed: str) -> None:
    try:
        assert 1921 <= parse_date(typed).year <= 2100
    except BadDate as refused:
        assert refused.fa  # noqa: PT017


def test_leap_years_are_those_of_the_official_calendar() -> None:
    leap = [year for year in range(1395, 1446) if jalali.days_in_month(year, 12) == 30]
    assert leap == [1395, 1399, 1403, 1408, 1412, 1416, 1420, 1424, 1428, 1432, 1436, 1441, 1445]
    assert parse_date("1403/12/30") == date(2025, 3, 20)
    assert jalali.year_span(1405) == (date(2026, 3, 21), date(2027, 3, 21))
    assert jalali.month_span(1405, 12) == (date(2027, 2, 20), date(2027, 3, 21))


def test_a_moment_is_said_in_its_zone_without_this_years_number() -> None:
    assert format_moment(AT, "Asia/Tehran") == "سه‌شنبه ۳ آذر ۱۴۰۵، ۱۰:۲۴"
    assert format_moment(AT, "Asia/Tehran", now=AT) == "سه‌شنبه ۳ آذر، ۱۰:۲۴"
    assert format_moment(AT, "Asia/Tehran", now=AT + timedelta(days=150), weekday=False) == "۳ آذر ۱۴۰۵، ۱۰:۲۴"
    late = AT + timedelta(hours=14)
    assert format_moment(late, "Asia/Tehran", weekday=False) == "۴ آذر ۱۴۰۵، ۰۰:۲۴"
    assert format_moment(late, "America/Sao_Paulo", weekday=False) == "۳ آذر ۱۴۰۵، ۱۷:۵۴"
    summer_of_1401 = datetime(2022, 7, 1, 6, 0, tzinfo=UTC)
    assert jalali.format_time(summer_of_1401, "Asia/Tehran") == "۱۰:۳۰"
    assert jalali.local_day(late, "Asia/Tehran") == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "کمتر از یک دقیقه"), (300, "۵ دقیقه"), (3 * 3600 + 1, "۳ ساعت"), (47 * 3600, "۴۷ ساعت"),
     (79 * 86_400, "۷۹ روز"), (1_234 * 86_400, "۱٬۲۳۴ روز")],
)  # fmt: skip
def test_spans(seconds: int, said: str) -> None:
    assert span(seconds) == said
    if seconds:
        assert relative(AT, AT + timedelta(seconds=seconds)) == f"{said} پیش"
        assert relative(AT + timedelta(seconds=seconds), AT) == f"{said} دیگر"
    else:
        assert relative(AT, AT) == "هم‌اکنون"


def test_times_of_day() -> None:
    assert parse_time("ساعت ۹:۳۰") == parse_time("09:30") == time(9, 30)
    for wrong in ("24:00", "9", "۱۰:۶۰", "", "9:3"):
        with pytest.raises(BadDate):
            parse_time(wrong)
