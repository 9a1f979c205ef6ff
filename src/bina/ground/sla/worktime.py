"""Exact arithmetic of working time, in whole seconds and both ways; pure: no database, no clock."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import accumulate, pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bina.ground.text.errors import TextError

Span = tuple[int, int]  # from (counted) to (not counted): seconds since 1970, or minutes of a day
Pause = tuple[datetime, datetime | None]  # without an end: still standing

DAY = 86_400
BLOCK = 32 * DAY  # the open spans are worked out for so much time at once, when first asked for
HORIZON_DAYS = 3 * 366  # no working second for so long: the calendar is wrong, or there is none
LONGEST = 10 * 366 * DAY  # working seconds; a longer term is a mistake
FARTHEST = 1200 * BLOCK  # about a century ahead: a calendar that works so little has no use
HOLIDAY = "holiday"  # the key of hours that hold on confirmed holidays; without it a holiday is closed
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()


class NoWorkingTime(TextError):
    """The calendar has no working time ahead, so nothing can fall due by it."""

    def __init__(self) -> None:
        super().__init__(
            "این تقویم کاری در سه سال پیش رو هیچ ساعت کاری ندارد؛ لطفاً ساعت‌های کار آن را تعیین کنید.",
            "This calendar has no working hours in the next three years; please set its hours.",
        )


class BadHours(TextError):
    """Weekly hours that are no hours; the sentence says which day."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Weekly hours that hold from a day until, not including, another; the highest rank on a day wins.

    `week` has seven entries, Saturday first, each with rising minute ranges of the day; `holiday` holds on
    confirmed holidays.
    """

    valid_from: date
    valid_to: date | None
    rank: int
    week: tuple[tuple[Span, ...], ...]
    holiday: tuple[Span, ...] = ()


def read_hours(hours: Any) -> tuple[tuple[tuple[Span, ...], ...], tuple[Span, ...]]:
    """The week and the holidays' hours out of stored JSON ({"0": [[450, 870]], …}); raises BadHours."""
    if not isinstance(hours, Mapping):
        raise BadHours("ساعت‌های کار خوانا نیست.", "The hours are not readable.")
    for key in hours:
        if key not in {*"0123456", HOLIDAY}:
            raise BadHours(f"روز «{key}» شناخته نیست.", f"There is no day “{key}”.")
    return tuple(_ranges(hours, str(day)) for day in range(7)), _ranges(hours, HOLIDAY)


def _ranges(hours: Mapping[str, Any], key: str) -> tuple[Span, ...]:
    ranges = hours.get(key, [])
    whole = isinstance(ranges, Sequence) and all(
        isinstance(r, Sequence) and len(r) == 2 and all(type(m) is int for m in r) for r in ranges
    )
    flat = [minute for r in ranges for minute in r] if whole else [-1]
    starts_before_ends = all(a < b for a, b in ranges) if whole else False
    if not starts_before_ends or flat != sorted(flat) or any(not 0 <= minute <= 1440 for minute in flat):
        raise BadHours(
            f"ساعت‌های روز «{key}» باید پشت سر هم و میان ۰ و ۱۴۴۰ دقیقه باشد.",
            f"The hours of day “{key}” must follow each other, between 0 and 1440 minutes.",
        )
    return tuple((a, b) for a, b in ranges)


class Block(NamedTuple):
    """The open spans of one stretch of time, with the seconds worked before each and, last, in all."""

    starts: list[int]
    ends: list[int]
    before: list[int]

    def worked(self, until: int) -> int:
        """Working seconds from the block's start to a moment in it."""
        i = bisect_right(self.starts, until) - 1
        return 0 if i < 0 else self.before[i] + min(until, self.ends[i]) - self.starts[i]


class WorkTime:
    """One calendar's working time: weekly profiles, confirmed holidays, closures, in a zone; or 24×7.

    Moments are aware datetimes, counted by their whole second; results are in UTC. So spans always add up:
    elapsed(a, b) + elapsed(b, c) == elapsed(a, c). What is given is never changed afterwards; the open spans are
    worked out when first needed and kept, and threads may share one object.
    """

    __slots__ = ("_always", "_blocks", "_closures", "_days", "_holidays", "_profiles", "_zone")

    def __init__(
        self,
        profiles: Iterable[Hours],
        holidays: Collection[date],
        closures: Iterable[tuple[datetime, datetime]],
        zone: str | tzinfo,
        always: bool = False,
    ) -> None:
        # The one that wins stands last.
        self._profiles = sorted(profiles, key=lambda hours: (hours.rank, hours.valid_from))
        self._holidays = frozenset(holidays)
        self._closures = merged((_seconds(a), _seconds(b)) for a, b in closures)
        self._zone = ZoneInfo(zone) if isinstance(zone, str) else zone
        self._always = always
        self._blocks: dict[int, Block] = {}
        self._days: dict[int, list[Span]] = {}

    def due(self, start: datetime, seconds: int, pauses: Iterable[Pause] = ()) -> datetime:
        """The first moment by which so many working seconds have passed since `start`, pauses not counted.

        0 seconds are due at the start itself. Raises NoWorkingTime; also when a pause that still stands holds
        the clock before the end.
        """
        if not 0 <= seconds <= LONGEST:
            raise ValueError(f"A term has 0 to {LONGEST} seconds, not {seconds}.")
        at, left = _seconds(start), seconds
        for pause, resume in _pauses(pauses):
            if resume is not None and resume <= at:
                continue
            passed = self._worked(at, pause) if pause > at else 0
            if passed >= left:
                break
            if resume is None:
                raise NoWorkingTime
            at, left = max(at, resume), left - passed
        return _moment(self._due(at, left))

    def elapsed(self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> int:
        """Working seconds from start to end without the pauses; negative when the end lies before the start."""
        a, b = _seconds(start), _seconds(end)
        if b < a:
            return -self.elapsed(end, start, pauses)
        passed = self._worked(a, b)
        for pause, resume in _pauses(pauses):
            low, high = max(a, pause), b if resume is None else min(b, resume)
            if low < high:
                passed -= self._worked(low, high)
        return passed

    def is_open(self, at: datetime) -> bool:
        """Whether work goes on at this second."""
        second = _seconds(at)
        return self._worked(second, second + 1) == 1

    def next_open(self, at: datetime) -> datetime:
        """The first working second at or after a moment; raises NoWorkingTime."""
        return _moment(self._due(_seconds(at), 1) - 1)

    def hours_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """The open spans of one local day, after holidays and closures."""
        return [(_moment(a), _moment(b)) for a, b in self._day(day.toordinal())]

    def add_days(self, start: datetime, days: int) -> datetime:
        """The end of the n-th working day (n ≥ 1) after the local day of `start`, which itself never counts."""
        if not 1 <= days <= 20_000:
            raise ValueError(f"Working days are counted from 1 to 20000, not {days}.")
        today, left, idle = start.astimezone(self._zone).date().toordinal(), days, 0
        while idle < HORIZON_DAYS:
            today += 1
            spans = self._day(today)
            idle = 0 if spans else idle + 1
            left -= bool(spans)
            if not left:
                return _moment(spans[-1][1])
        raise NoWorkingTime

    def _worked(self, start: int, end: int) -> int:
        """Working seconds between two moments, the first not after the second."""
        first, last = start // BLOCK, end // BLOCK
        passed = self._block(last).worked(end) - self._block(first).worked(start)
        return passed + sum(self._block(number).before[-1] for number in range(first, last))

    def _due(self, start: int, seconds: int) -> int:
        if seconds == 0:
            return start
        number = start // BLOCK
        block = self._block(number)
        left, idle = seconds + block.worked(start), 0
        while left > block.before[-1]:
            left -= block.before[-1]
            idle = 0 if block.before[-1] else idle + BLOCK
            number += 1
            if idle > HORIZON_DAYS * DAY or number * BLOCK - start > FARTHEST:
                raise NoWorkingTime
            block = self._block(number)
        i = bisect_left(block.before, left) - 1
        return block.starts[i] + left - block.before[i]

    def _block(self, number: int) -> Block:
        block = self._blocks.get(number)
        if block is None:
            begin, end = number * BLOCK, (number + 1) * BLOCK
            first = _EPOCH_DAY + begin // DAY - 1  # a local day reaches over the edges by up to a day
            days = range(first, first + BLOCK // DAY + 3)
            spans = merged((max(a, begin), min(b, end)) for day in days for a, b in self._day(day))
            before = [0, *accumulate(b - a for a, b in spans)]
            block = self._blocks[number] = Block([a for a, _ in spans], [b for _, b in spans], before)
        return block

    def _day(self, ordinal: int) -> list[Span]:
        spans = self._days.get(ordinal)
        if spans is None:
            spans = self._days[ordinal] = self._work_out(ordinal)
        return spans

    def _work_out(self, ordinal: int) -> list[Span]:
        """The open spans of one local day, as seconds since 1970."""
        if not 1 < ordinal < date.max.toordinal():
            return []
        ranges = self._ranges_on(date.fromordinal(ordinal))
        if not ranges:
            return []
        midnight = (ordinal - _EPOCH_DAY) * DAY
        spans: list[Span] = []
        for begin, end, offset in self._offsets(ordinal):
            wall = midnight - offset
            clipped = ((max(begin, wall + 60 * a), min(end, wall + 60 * b)) for a, b in ranges)
            spans.extend(span for span in clipped if span[0] < span[1])
        return without(merged(spans), self._closures)

    def _ranges_on(self, day: date) -> tuple[Span, ...]:
        """The minute ranges of the profile that wins on a day; none before the first profile or after the last."""
        if self._always:
            return ((0, 1440),)
        for hours in reversed(self._profiles):
            if hours.valid_from <= day and (hours.valid_to is None or day < hours.valid_to):
                return hours.holiday if day in self._holidays else hours.week[(day.weekday() + 2) % 7]
        return ()

    def _offsets(self, ordinal: int) -> list[tuple[int, int, int]]:
        """The stretches of constant distance from UTC around one local day: (from, to, seconds east)."""
        wall = datetime.fromordinal(ordinal)
        first = _offset(wall.replace(tzinfo=self._zone))
        last = _offset((wall + timedelta(days=1)).replace(tzinfo=self._zone))
        low = (ordinal - _EPOCH_DAY - 2) * DAY
        high = low + 5 * DAY
        if first == last:
            return [(low, high, first)]
        a, b = low + 2 * DAY - first - 1, low + 3 * DAY - last  # clocks are changed after a and by b
        while b - a > 1:
            middle = (a + b) // 2
            if _offset(_moment(middle).astimezone(self._zone)) == first:
                a = middle
            else:
                b = middle
        return [(low, b, first), (b, high, last)]


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that touch or overlap made one, empty ones dropped."""
    out: list[Span] = []
    for a, b in sorted(spans):
        if a >= b:
            continue
        if out and a <= out[-1][1]:
            out[-1] = (out[-1][0], max(b, out[-1][1]))
        else:
            out.append((a, b))
    return out


def without(spans: list[Span], holes: list[Span]) -> list[Span]:
    """Spans with the holes cut out; both merged before."""
    out: list[Span] = []
    for a, b in spans:
        inside = [(c, d) for c, d in holes if c < b and a < d]
        edges = [a, *(edge for hole in inside for edge in hole), b]
        out.extend((c, d) for c, d in list(pairwise(edges))[::2] if c < d)
    return out


def _pauses(pauses: Iterable[Pause]) -> list[tuple[int, int | None]]:
    """Pauses in order and merged; only the last may be without an end."""
    closed: list[Span] = []
    standing: int | None = None
    for start, end in pauses:
        a = _seconds(start)
        if end is None:
            standing = a if standing is None else min(a, standing)
        else:
            closed.append((a, _seconds(end)))
    out: list[tuple[int, int | None]] = []
    for a, b in merged(closed):
        if standing is not None and b >= standing:
            standing = min(a, standing)
            break
        out.append((a, b))
    return out if standing is None else [*out, (standing, None)]


def _seconds(moment: datetime) -> int:
    """Whole seconds since 1970; a moment without a zone is refused."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs its zone: give an aware datetime.")
    since = moment - _EPOCH
    return since.days * DAY + since.seconds


def _moment(seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)


def _offset(moment: datetime) -> int:
    offset = moment.utcoffset()
    return 0 if offset is None else offset.days * DAY + offset.seconds
