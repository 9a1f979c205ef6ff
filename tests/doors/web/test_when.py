"""Times beside now, and the ticks of an axis."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from bina.doors.web import when

ZONE = "Asia/Tehran"
NOW = datetime(2026, 11, 24, 6, 54, tzinfo=UTC)  # سه‌شنبه ۳ آذر ۱۴۰۵، ۱۰:۲۴


def test_a_stamp_names_the_year_only_in_another_one() -> None:
    assert when.stamp(NOW, ZONE, NOW) == "۳ آذر ۱۰:۲۴"
    assert when.stamp(NOW - timedelta(days=300), ZONE, NOW) == "۸ بهمن ۱۴۰۴ ۱۰:۲۴"
    assert when.full_day(NOW, ZONE) == "سه‌شنبه ۳ آذر ۱۴۰۵"


def test_an_english_page_has_its_own_days_and_spans() -> None:
    with override("en"):
        assert when.full_day(NOW, ZONE) == "Tuesday 24 November 2026"
        assert when.stamp(NOW, ZONE) == "24 November 10:24"
        assert [when.lasted(s) for s in (30, 60, 7200, 86_400 * 175)] == [
            "less than a minute", "1 minute", "2 hours", "175 days",
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("hours", "near", "distance"),
    [
        (2, "امروز ۱۲:۲۴", "امروز"),
        (24, "فردا ۱۰:۲۴", "۱ روز مانده"),
        (-24, "دیروز ۱۰:۲۴", "۱ روز پیش"),
        (14, "فردا ۰۰:۲۴", "۱ روز مانده"),  # days turn at the city's midnight, not after 24 hours
        (24 * 12, "۱۵ آذر", "۱۲ روز مانده"),
        (-24 * 17, "۱۶ آبان", "۱۷ روز پیش"),
    ],
)
def test_days_beside_today(hours: int, near: str, distance: str) -> None:
    at = NOW + timedelta(hours=hours)
    assert (when.near(at, NOW, ZONE), when.distance(at, NOW, ZONE)) == (near, distance)


@pytest.mark.parametrize("minutes", [20, 90, 600, 3000, 60 * 24 * 10, 60 * 24 * 60, 60 * 24 * 400, 60 * 24 * 4000])
def test_an_axis_is_never_crowded_and_stays_inside(minutes: int) -> None:
    start, end = NOW - timedelta(minutes=minutes), NOW
    ticks = when.ticks(start, end, ZONE)
    assert 1 <= len(ticks) <= when.TICKS + 1
    assert all(start <= at < end for at, _ in ticks)
    assert [at for at, _ in ticks] == sorted(at for at, _ in ticks)
