"""Calendars are data: proposed, confirmed, dated; what counts is read once a version."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bina.ground.sla import calendars, clock, version
from bina.ground.sla.models import Holiday
from bina.ground.sla.worktime import BadHours

pytestmark = pytest.mark.django_db

OFFICE = {str(day): [[450, 870]] for day in range(5)}
TEHRAN = ZoneInfo("Asia/Tehran")


@pytest.fixture(autouse=True)
def _city() -> Iterator[None]:
    version.forget()
    calendars.put_calendar(code="office", name="اداري", name_en="Office", zone="Asia/Tehran")
    calendars.put_calendar(code="always", name="شبانه‌روزی", name_en="24×7", always=True)
    calendars.set_hours(calendar="office", valid_from=date(2020, 3, 20), hours=OFFICE, reason="ساعت‌های معمول")
    yield
    version.forget()


def opens_on(day: date, code: str = "office") -> bool:
    return bool(calendars.worktime(code).hours_on(day))


def test_a_proposed_holiday_is_shown_but_counts_only_once_confirmed() -> None:
    day = date(2026, 11, 24)
    holiday, new = calendars.propose_holiday(on=day, name="روز آزمون", source="نامهٔ ۱۲")
    assert new
    assert calendars.propose_holiday(on=day, name="روز آزمون", source="دیگری") == (holiday, False)
    assert opens_on(day)
    settled = calendars.confirm_holiday(holiday_id=holiday.pk, by="مدیر", source="تقویم رسمی ۱۴۰۵")
    assert (settled.confirmed_by, settled.confirmed_at, settled.source) == ("مدیر", clock.now(), "تقویم رسمی ۱۴۰۵")
    assert not opens_on(day)
    assert opens_on(day, "always")
    calendars.reject_holiday(holiday_id=holiday.pk, by="مدیر دیگر")
    assert opens_on(day)
    with pytest.raises(ValueError, match="who"):
        calendars.confirm_holiday(holiday_id=holiday.pk, by="")


def test_the_seed_list_is_proposed_once_and_its_estimates_are_marked() -> None:
    made = calendars.propose_holidays(1405)
    assert len(made) == 26
    listed = calendars.holidays_of(1405)
    assert listed == made
    assert {h.status for h in listed} == {"proposed"}
    assert (listed[0].date, listed[-1].date) == (date(2026, 3, 21), date(2027, 3, 20))
    assert sum(h.estimated for h in listed) == 5
    assert not any("تخمینی" in h.name or "estimated" in h.name_en for h in listed)
    assert all(h.name and h.name_en and h.source.startswith("holidays ") for h in listed)
    assert calendars.propose_holidays(1405) == []
    with pytest.raises(calendars.BadCalendar, match="۱۴۷۸"):
        calendars.propose_holidays(2026)


def test_a_rejected_proposal_does_not_come_back() -> None:
    first = calendars.propose_holidays(1406)[0]
    calendars.reject_holiday(holiday_id=first.pk, by="مدیر")
    assert calendars.propose_holidays(1406) == []
    first.refresh_from_db()
    assert first.status == "rejected"


def test_ramadan_and_its_end_are_data() -> None:
    short = {str(day): [[540, 840]] for day in range(5)}
    profile = calendars.set_hours(
        calendar="office",
        valid_from=date(2026, 2, 18),
        valid_to=date(2026, 3, 20),
        hours=short,
        rank=10,
        reason="رمضان",
    )
    (opens, closes), *_ = calendars.worktime("office").hours_on(date(2026, 3, 18))
    assert closes - opens == timedelta(hours=5)
    calendars.end_hours(profile_id=profile.pk, valid_to=date(2026, 3, 18))
    (opens, closes), *_ = calendars.worktime("office").hours_on(date(2026, 3, 18))
    assert closes - opens == timedelta(hours=7)
    with pytest.raises(calendars.BadCalendar):
        calendars.end_hours(profile_id=profile.pk, valid_to=date(2026, 2, 18))


def test_closures_of_all_spare_the_calendars_that_never_close() -> None:
    night = datetime(2026, 11, 24, tzinfo=TEHRAN)
    whole = calendars.close(starts_at=night, ends_at=night + timedelta(days=1), reason="آلودگی هوا")
    assert not opens_on(night.date())
    assert opens_on(night.date(), "always")
    own = calendars.close(starts_at=night, ends_at=night + timedelta(days=2), reason="تعمیر", calendar="always")
    assert not calendars.worktime("always").is_open(night + timedelta(hours=30))
    for closure in (whole, own):
        assert calendars.revoke_closure(closure_id=closure.pk, by="مدیر").revoked_at == clock.now()
    assert opens_on(night.date())
    assert calendars.worktime("always").is_open(night + timedelta(hours=30))
    with pytest.raises(calendars.BadCalendar):
        calendars.close(starts_at=night, ends_at=night, reason="تهی")


def test_working_time_is_read_once_a_version_and_anew_after_a_change() -> None:
    version.check(version.current())
    kept = calendars.worktime("office")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert calendars.worktime("office") is kept
    assert len(asked) == 0
    calendars.put_calendar(code="office", name="اداری", zone="Asia/Tehran")
    version.check(version.current())
    assert calendars.worktime("office") is not kept


def test_the_zone_is_the_calendars_own() -> None:
    calendars.put_calendar(code="sp", name="سائوپائولو", zone="America/Sao_Paulo")
    calendars.set_hours(calendar="sp", valid_from=date(2016, 1, 1), hours=OFFICE, reason="معمول")
    assert calendars.worktime("sp").hours_on(date(2017, 7, 3))[0][0] == datetime(2017, 7, 3, 10, 30, tzinfo=UTC)
    with pytest.raises(calendars.BadCalendar, match="Nowhere"):
        calendars.put_calendar(code="x", name="هیچ", zone="Nowhere/City")


def test_wrong_codes_and_hours_are_told() -> None:
    with pytest.raises(calendars.UnknownCalendar, match="«هیچ»"):
        calendars.worktime("هیچ")
    with pytest.raises(BadHours):
        calendars.set_hours(calendar="office", valid_from=date(2027, 1, 1), hours={"0": [[9, 1]]}, reason="اشتباه")
    with pytest.raises(calendars.BadCalendar):
        calendars.set_hours(
            calendar="office", valid_from=date(2027, 1, 1), valid_to=date(2027, 1, 1), hours=OFFICE, reason="تهی"
        )


@pytest.mark.parametrize("wrong", [{"status": "maybe"}, {"status": "confirmed"}])
def test_the_database_itself_refuses_a_holiday_settled_by_nobody(wrong: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Holiday.objects.create(date=date(2026, 1, 1), name="روز", source="هیچ", **wrong)
