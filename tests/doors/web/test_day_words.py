"""Days of work as forms offer them: the one that a plan made now is most likely for stands first."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bina.doors.web.day_words import days_ahead, next_day

TEHRAN = ZoneInfo("Asia/Tehran")


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(("now", "day"), [
    ("2026-11-24 06:00", "2026-11-24"), ("2026-11-24 10:00", "2026-11-24"), ("2026-11-24 20:40", "2026-11-25"),
    ("2026-11-26 20:40", "2026-11-28"),  # a Thursday evening: Friday is no working day
])  # fmt: skip
def test_a_plan_is_for_the_day_on_which_the_office_is_open_next(now: str, day: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=TEHRAN)
    assert next_day(moment) == day
    assert day in dict(days_ahead(moment))


@pytest.mark.django_db
@pytest.mark.usefixtures("demo_city")
def test_a_city_without_office_hours_plans_for_today() -> None:
    moment = datetime.fromisoformat("2026-11-24 20:40").replace(tzinfo=TEHRAN)
    assert next_day(moment) == "2026-11-24"
