"""Working time agrees, to the second and both ways, with counting the minutes one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bina.ground.sla.worktime import BadHours, Hours, NoWorkingTime, WorkTime, read_hours

FEW = settings(max_examples=50, deadline=None)  # each works out many days
TEHRAN = ZoneInfo("Asia/Tehran")
MORNING = ((450, 870),)  # 7:30 to 14:30
OFFICE = (*((MORNING,) * 5), (), ())  # Saturday to Wednesday; closed on Thursday and Friday
RAMADAN = (*((((540, 840),),) * 5), (), ())  # 9 to 14


def office(holidays: Any = (), closures: Any = (), **options: Any) -> WorkTime:
    """Office hours from 1390 on, shorter in the Ramadan of 1405."""
    profiles = [
        Hours(date(2011, 3, 21), None, 0, OFFICE),
        Hours(date(2026, 2, 18), date(2026, 3, 20), 10, RAMADAN),
    ]
    return WorkTime(profiles, holidays, closures, TEHRAN, **options)


def tehran(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=TEHRAN)  # type: ignore[arg-type,misc]


# --- The reference: every minute asked one by one -------------------------------------------------------------


class ByMinutes:
    """What working time means, said in the plainest way; closures and changes of clocks on whole minutes."""

    def __init__(self, profiles: Any, holidays: Any, closures: Any, zone: str, always: bool) -> None:
        self.profiles = sorted(profiles, key=lambda p: (p.rank, p.valid_from))
        self.holidays, self.closures, self.zone, self.always = holidays, closures, ZoneInfo(zone), always

    def is_open(self, minute: datetime) -> bool:
        if any(a <= minute < b for a, b in self.closures):
            return False
        local = minute.astimezone(self.zone)
        day, at, ranges = local.date(), local.hour * 60 + local.minute, ()
        for profile in self.profiles:
            if profile.valid_from <= day and (profile.valid_to is None or day < profile.valid_to):
                ranges = profile.holiday if day in self.holidays else profile.week[(day.weekday() + 2) % 7]
        return self.always or any(a <= at < b for a, b in ranges)

    def elapsed(self, start: datetime, end: datetime, pauses: Any) -> int:
        minute, seconds = start.replace(second=0), 0
        while minute < end:
            low, high = max(start, minute), min(end, minute + timedelta(minutes=1))
            paused = any(a <= minute and (b is None or minute < b) for a, b in pauses)
            if not paused and self.is_open(minute):
                seconds += int((high - low).total_seconds())
            minute += timedelta(minutes=1)
        return seconds


# Around the changes of clocks (before 1402 in Tehran), their end, a new year, Ramadan; and São Paulo, Berlin.
MOMENTS = [
    datetime(2022, 3, 21, 18, 0, tzinfo=UTC),
    datetime(2022, 9, 21, 17, 0, tzinfo=UTC),
    datetime(2023, 3, 21, 18, 0, tzinfo=UTC),
    datetime(2026, 2, 17, 12, 0, tzinfo=UTC),
    datetime(2017, 10, 14, 20, 0, tzinfo=UTC),
    datetime(2018, 2, 17, 20, 0, tzinfo=UTC),
    datetime(2025, 3, 29, 21, 0, tzinfo=UTC),
    datetime(2025, 10, 25, 21, 0, tzinfo=UTC),
]
ZONES = ["Asia/Tehran", "Asia/Tehran", "America/Sao_Paulo", "Europe/Berlin", "UTC"]


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    return draw(st.sampled_from(MOMENTS)) + timedelta(seconds=draw(st.integers(-2 * 86_400, 2 * 86_400)))


def whole_minute(moment: datetime) -> datetime:
    return moment.replace(second=0)


@st.composite
def spans(draw: st.DrawFn, longest: int = 2_000) -> tuple[datetime, datetime]:
    start = whole_minute(draw(moments()))
    return start, start + timedelta(minutes=draw(st.integers(1, longest)))


@st.composite
def ranges(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    edges = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    return tuple(zip(edges[::2], edges[1::2], strict=False))


@st.composite
def profiles(draw: st.DrawFn) -> Hours:
    start = draw(moments()).date() - timedelta(days=draw(st.integers(0, 30)))
    end = draw(st.none() | st.integers(1, 40).map(lambda n: start + timedelta(days=n)))
    week = tuple(draw(st.lists(ranges(), min_size=7, max_size=7)))
    if end is None:  # without an end and without hours nothing would ever be due
        week = (*week[:3], ((300, 900),), *week[4:])
    return Hours(start, end, draw(st.integers(0, 3)), week, draw(ranges()))


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Any, ...]:
    days = draw(st.lists(moments().map(lambda m: m.date()), max_size=4))
    closures = draw(st.lists(spans(), max_size=3))
    unique = draw(st.lists(profiles(), max_size=3, unique_by=lambda p: (p.rank, p.valid_from)))
    base = Hours(date(2010, 1, 1), None, -1, OFFICE)
    return [base, *unique], days, closures, draw(st.sampled_from(ZONES)), draw(st.integers(0, 9)) == 0


PAUSES = st.lists(spans() | st.tuples(moments().map(whole_minute), st.none()), max_size=3)


@FEW
@given(calendars(), moments(), st.integers(0, 2 * 86_400), PAUSES)
def test_elapsed_is_the_count_of_open_minutes(given: Any, start: datetime, span: int, pauses: Any) -> None:
    end = start + timedelta(seconds=span)
    assert WorkTime(*given).elapsed(start, end, pauses) == ByMinutes(*given).elapsed(start, end, pauses)


@FEW
@given(calendars(), moments())
def test_open_now_is_what_the_minute_says(given: Any, at: datetime) -> None:
    time, reference = WorkTime(*given), ByMinutes(*given)
    for minutes in range(0, 3_000, 97):
        moment = at + timedelta(minutes=minutes)
        assert time.is_open(moment) == reference.is_open(moment.replace(second=0))


@FEW
@given(calendars(), moments(), st.integers(0, 10 * 86_400), st.lists(spans(), max_size=3))
def test_what_is_due_has_exactly_elapsed_and_not_a_second_before(
    given: Any, start: datetime, seconds: int, pauses: Any
) -> None:
    time = WorkTime(*given)
    due = time.due(start, seconds, pauses)
    assert time.elapsed(start, due, pauses) == seconds
    if seconds:
        assert time.elapsed(start, due - timedelta(seconds=1), pauses) == seconds - 1
    else:
        assert due == start


@FEW
@given(calendars(), st.lists(moments(), min_size=3, max_size=3), PAUSES)
def test_spans_add_up_whatever_their_order(given: Any, three: list[datetime], pauses: Any) -> None:
    time = WorkTime(*given)
    a, b, c = three
    assert time.elapsed(a, b, pauses) + time.elapsed(b, c, pauses) == time.elapsed(a, c, pauses)


@FEW
@given(calendars(), moments(), moments(), st.integers(0, 300_000), st.integers(0, 300_000))
def test_later_or_longer_is_never_due_earlier(given: Any, a: datetime, b: datetime, m: int, n: int) -> None:
    time = WorkTime(*given)
    low, high = sorted((m, n))
    assert time.due(a, low) <= time.due(a, high)
    assert time.due(min(a, b), low) <= time.due(max(a, b), low)


@FEW
@given(calendars(), moments())
def test_the_next_open_second_is_open_and_the_first(given: Any, at: datetime) -> None:
    time = WorkTime(*given)
    opens = time.next_open(at)
    assert opens >= at
    assert time.is_open(opens)
    assert time.elapsed(at, opens) == 0


@FEW
@given(calendars(), moments(), st.integers(1, 12))
def test_working_days_end_with_their_last_second(given: Any, start: datetime, days: int) -> None:
    time = WorkTime(*given)
    end = time.add_days(start, days)
    assert time.is_open(end - timedelta(seconds=1))
    assert not time.is_open(end) or time.hours_on(end.astimezone(ZoneInfo(given[3])).date())
    assert time.add_days(start, 1) <= end < time.add_days(start, days + 1)


# --- The same, told in days one can look up -------------------------------------------------------------------


def test_a_term_goes_on_the_next_morning_and_over_the_weekend() -> None:
    time = office()
    wednesday = tehran(2026, 11, 25, 14, 0)  # ۴ آذر ۱۴۰۵
    assert time.due(wednesday, 30 * 60) == tehran(2026, 11, 25, 14, 30)  # the end of the day, not the next morning
    assert time.due(wednesday, 30 * 60 + 1) == tehran(2026, 11, 28, 7, 30, 1)  # Saturday
    assert time.due(tehran(2026, 11, 26, 3, 0), 3 * 7 * 3600) == tehran(2026, 11, 30, 14, 30)
    assert time.next_open(wednesday + timedelta(hours=1)) == tehran(2026, 11, 28, 7, 30)
    assert time.elapsed(wednesday, tehran(2026, 11, 28, 8, 0)) == 3600


def test_ramadan_outranks_the_usual_hours_only_while_it_lasts() -> None:
    time = office()
    assert time.hours_on(date(2026, 2, 17)) == [(tehran(2026, 2, 17, 7, 30), tehran(2026, 2, 17, 14, 30))]
    assert time.hours_on(date(2026, 2, 18)) == [(tehran(2026, 2, 18, 9, 0), tehran(2026, 2, 18, 14, 0))]
    assert time.hours_on(date(2026, 3, 21)) == [(tehran(2026, 3, 21, 7, 30), tehran(2026, 3, 21, 14, 30))]


def test_holidays_and_closures_do_not_count() -> None:
    closed = [(tehran(2026, 11, 24, 10, 0), tehran(2026, 11, 25, 0, 0))]
    time = office(holidays=[date(2026, 11, 23)], closures=closed)
    assert time.hours_on(date(2026, 11, 23)) == []
    assert time.due(tehran(2026, 11, 22, 14, 0), 2 * 3600) == tehran(2026, 11, 24, 9, 0)
    assert time.due(tehran(2026, 11, 22, 14, 0), 4 * 3600) == tehran(2026, 11, 25, 8, 30)
    assert time.add_days(tehran(2026, 11, 22, 8, 0), 1) == tehran(2026, 11, 24, 10, 0)
    assert time.add_days(tehran(2026, 11, 22, 8, 0), 3) == tehran(2026, 11, 28, 14, 30)


def test_day_and_night_every_second_counts_on_holidays_too() -> None:
    time = WorkTime([], [date(2026, 11, 23)], [], TEHRAN, always=True)
    start = tehran(2026, 11, 22, 23, 59, 58)
    assert time.due(start, 72 * 3600) == start + timedelta(hours=72)
    assert time.elapsed(start, start + timedelta(days=365)) == 365 * 86_400
    assert time.add_days(start, 1) == tehran(2026, 11, 24, 0, 0)
    assert time.is_open(start)


def test_the_changed_clocks_of_1401_are_kept_and_their_end_in_1402_too() -> None:
    time = office()
    for day in (date(2022, 3, 26), date(2022, 9, 21), date(2022, 9, 24), date(2023, 3, 25)):
        ((opens, closes),) = time.hours_on(day)
        assert closes - opens == timedelta(hours=7)
    assert time.hours_on(date(2022, 7, 2))[0][0] == datetime(2022, 7, 2, 3, 0, tzinfo=UTC)
    assert time.hours_on(date(2023, 7, 1))[0][0] == datetime(2023, 7, 1, 4, 0, tzinfo=UTC)
    night = WorkTime([], [], [], TEHRAN, always=True)
    lengths = [sum((b - a).total_seconds() for a, b in night.hours_on(date(2022, m, d))) for m, d in ((3, 22), (9, 21))]
    assert lengths == [23 * 3600, 25 * 3600]


def test_a_pause_stops_the_term_and_one_that_still_stands_leaves_it_open() -> None:
    time = office()
    start = tehran(2026, 11, 21, 7, 30)
    pause = (tehran(2026, 11, 21, 9, 30), tehran(2026, 11, 22, 9, 30))
    assert time.due(start, 2 * 3600, [pause]) == pause[0]
    assert time.due(start, 3 * 3600, [pause, pause]) == tehran(2026, 11, 22, 10, 30)
    assert time.elapsed(start, tehran(2026, 11, 22, 10, 30), [pause]) == 3 * 3600
    assert time.due(start, 2 * 3600, [(pause[0], None)]) == pause[0]
    with pytest.raises(NoWorkingTime):
        time.due(start, 2 * 3600 + 1, [(pause[0], None)])


def test_a_calendar_without_hours_is_told_and_not_searched_forever() -> None:
    start = tehran(2026, 11, 21, 7, 30)
    ended = WorkTime([Hours(date(2020, 1, 1), date(2021, 1, 1), 0, OFFICE)], [], [], TEHRAN)
    for time in (WorkTime([], [], [], TEHRAN), ended):
        for ask in (lambda t: t.due(start, 60), lambda t: t.next_open(start), lambda t: t.add_days(start, 1)):
            with pytest.raises(NoWorkingTime, match="ساعت کاری ندارد"):
                ask(time)
        assert time.due(start, 0) == start
        assert time.elapsed(start, start + timedelta(days=400)) == 0
    late = WorkTime([Hours(date(2029, 6, 1), None, 0, OFFICE)], [], [], TEHRAN)
    assert late.next_open(start) == tehran(2029, 6, 2, 7, 30)
    rare = (((0, 1),), *(((),) * 6))
    with pytest.raises(NoWorkingTime):
        WorkTime([Hours(date(2020, 1, 1), None, 0, rare)], [], [], TEHRAN).due(start, 10**7)


def test_moments_are_counted_by_their_whole_second_in_any_zone() -> None:
    time = office()
    start = datetime(2026, 11, 21, 5, 0, 0, 999_999, tzinfo=UTC)
    assert time.due(start, 1) == datetime(2026, 11, 21, 5, 0, 1, tzinfo=UTC)
    assert time.due(start.astimezone(ZoneInfo("America/Sao_Paulo")), 1) == time.due(start, 1)
    assert time.due(start, 1).tzinfo is UTC
    with pytest.raises(ValueError, match="aware"):
        time.due(start.replace(tzinfo=None), 1)
    for wrong in (-1, 10**12):
        with pytest.raises(ValueError, match="A term"):
            time.due(start, wrong)
    for edge in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        assert not time.is_open(edge)


@pytest.mark.parametrize(
    "hours",
    [None, [], {"7": []}, {"0": [[870, 450]]}, {"0": [[0, 1441]]}, {"0": [[-1, 5]]}, {"0": [[1, 5], [4, 9]]},
     {"0": [[1.0, 5]]}, {"0": [["a", "b"]]}, {"0": "ab"}, {"0": 5}, {"0": [[1, 2, 3]]}, {"0": [[True, 2]]}],
)  # fmt: skip
def test_hours_that_are_no_hours_are_refused_with_words(hours: Any) -> None:
    with pytest.raises(BadHours) as refused:
        read_hours(hours)
    assert refused.value.fa.endswith(".")
    assert refused.value.en.endswith(".")


def test_hours_are_read() -> None:
    week, holiday = read_hours({"0": [[450, 720], [780, 960]], "6": [], "holiday": [[480, 600]]})
    assert week == (((450, 720), (780, 960)), (), (), (), (), (), ())
    assert holiday == ((480, 600),)
    time = WorkTime([Hours(date(2020, 1, 1), None, 0, week, holiday)], [date(2026, 11, 24)], [], TEHRAN)
    assert time.hours_on(date(2026, 11, 24)) == [(tehran(2026, 11, 24, 8, 0), tehran(2026, 11, 24, 10, 0))]
