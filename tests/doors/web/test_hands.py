"""The bar of hands: its pieces fill it, time runs from right to left, what is read aloud is what is drawn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bina.doors.web.hands import OWNERS, Bar, Span, Vow, lay_out

ZONE = "Asia/Tehran"
START = datetime(2026, 6, 2, 5, 30, tzinfo=UTC)
NOW = START + timedelta(days=100)


def at(days: float) -> datetime:
    return START + timedelta(days=days)


def story(**given: object) -> Bar:
    spans = [
        Span("137", at(0), at(1)),
        Span("unit", at(1), at(40), "واحد فنی", runs=True),
        Span("unit", at(40), at(60), "واحد فنی", runs=True),
        Span("credit", at(60), at(100), "در انتظار اعتبار، دیر"),
    ]
    return lay_out(spans, now=NOW, zone=ZONE, **given)  # type: ignore[arg-type]


def test_the_first_stands_rightmost_and_now_after_the_last() -> None:
    bar = story()
    first, last = bar.pieces[0], bar.pieces[-1]
    assert float(first.x) + float(first.width) == pytest.approx(100, abs=0.02)
    assert last.x == bar.now
    assert bar.future is not None
    assert float(bar.future.x) == 0


def test_it_says_whose_hands_and_for_how_long() -> None:
    bar = story()
    assert bar.spoken == (
        "اکنون نزد کیست: ۱۰۰ روز از نخستین پیام. "
        "۱۳۷ ۲۴ ساعت، واحد ۵۹ روز، اعتبار، دیر ۴۰ روز. اکنون نزد در انتظار اعتبار، دیر، ۴۰ روز."
    )


def test_the_holder_counts_all_of_his_unbroken_time() -> None:
    spans = [Span("137", at(0), at(1)), Span("unit", at(1), at(3), "فنی"), Span("unit", at(3), at(9), "فنی", runs=True)]
    holder = lay_out(spans, now=at(9), zone=ZONE).holder
    assert holder is not None
    assert (holder.word, holder.lasted) == ("فنی", "۸ روز")


def test_the_units_clock_joins_neighbours() -> None:
    assert [runs for _, _, runs in story().clock] == [False, True, False]


def test_an_ended_case_has_no_now_and_no_future() -> None:
    bar = story(ended=True)
    assert bar.now == ""
    assert bar.future is None
    assert float(bar.pieces[-1].x) == 0


def test_an_open_promise_makes_room_for_itself() -> None:
    bar = story(vows=[Vow(at(130), "open", "خبر بعدی")])
    assert [m.word for m in bar.marks] == ["خبر بعدی ۱۸ مهر"]
    assert float(bar.marks[0].x) > 0


def test_a_promise_years_ahead_does_not_dwarf_what_has_been() -> None:
    bar = story(vows=[Vow(at(4000), "open")])
    assert bar.marks == []
    assert float(bar.now) < 10


def test_promises_close_together_stand_in_rows_of_their_own() -> None:
    bar = story(vows=[Vow(at(80), "broken"), Vow(at(81), "broken"), Vow(at(82), "risk")])
    assert [m.y for m in bar.marks] == [0, 1, 2]
    assert bar.rows == 3


def test_of_many_promises_those_that_were_kept_are_lines_without_words() -> None:
    few = story(vows=[Vow(at(80), "kept"), Vow(at(81), "broken")])
    assert all(m.word for m in few.marks)
    many = story(vows=[Vow(at(60), "kept"), Vow(at(80), "kept"), Vow(at(81), "broken")])
    assert [bool(m.word) for m in many.marks] == [False, False, True]
    assert many.rows == 1


def test_words_that_would_meet_on_a_narrow_bar_are_left_out_of_it() -> None:
    alone = story(vows=[Vow(at(170), "broken")])
    beside = story(vows=[Vow(at(100), "broken"), Vow(at(170), "broken")])
    assert [m.y for m in beside.marks] == [0, 0]
    width = lambda sign: int(sign.fit.removeprefix("w-"))  # noqa: E731
    assert width(beside.marks[1]) > width(alone.marks[0])


def test_recontacts_are_numbered_in_persian() -> None:
    assert [t.word for t in story(recontacts=[at(10), at(20)]).recontacts] == ["۱", "۲"]


def test_the_recontacts_heading_gives_way_to_a_recontact_at_the_very_beginning() -> None:
    assert story(recontacts=[at(20)]).lead_fit
    assert story(recontacts=[at(0), at(20)]).lead_fit == ""


def test_long_times_are_named_by_month_short_ones_by_hour() -> None:
    assert [a.word for a in story().axis] == ["خرداد", "تیر", "مرداد", "شهریور"]
    hours = lay_out([Span("137", NOW - timedelta(hours=5), NOW)], now=NOW, zone=ZONE)
    assert [a.word for a in hours.axis][:2] == ["۰۵:۰۰", "۰۶:۰۰"]


def test_nothing_yet_says_so() -> None:
    assert lay_out([], now=NOW, zone=ZONE) == Bar(spoken="هنوز زمانی نگذشته است.")


spans_of = st.lists(
    st.tuples(st.sampled_from(sorted(OWNERS)), st.integers(1, 10_000_000), st.booleans()), min_size=1, max_size=30
)


@given(spans_of)
def test_pieces_touch_and_shares_add_up(parts: list[tuple[str, int, bool]]) -> None:
    spans, since = [], START
    for owner, seconds, runs in parts:
        spans.append(Span(owner, since, since + timedelta(seconds=seconds), runs=runs))
        since += timedelta(seconds=seconds)
    bar = lay_out(spans, now=since, zone=ZONE)
    for before, after in zip(bar.pieces, bar.pieces[1:], strict=False):
        assert float(before.x) == pytest.approx(float(after.x) + float(after.width), abs=0.02)
    latin = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")
    assert sum(int(s.percent.translate(latin).rstrip("٪")) for s in bar.shares) == 100


def test_every_owner_that_time_is_charged_to_has_its_word() -> None:
    from bina.doors.web.hands import CITIZEN_WORDS
    from bina.flow.waiting.hands import OWNERS as CHARGED

    assert set(CHARGED) == set(OWNERS) == set(CITIZEN_WORDS)
