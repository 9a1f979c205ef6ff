"""The three numbers: one denominator, intervals that hold, nothing shown for nothing."""

from __future__ import annotations

import pytest

from bina.doors.web.triple import Triple, wilson


def test_the_three_stand_together_with_their_counts() -> None:
    answered, done, confirmed = Triple(1418, 1341, 876, 352).columns
    assert (answered.percent, done.percent, confirmed.percent) == ("۹۴٫۶٪", "۶۱٫۸٪", "۲۴٫۸٪")
    assert done.of == "۸۷۶ از ۱٬۴۱۸"
    assert (answered.interval, confirmed.interval) == ("۹۳٫۳ تا ۹۵٫۶", "۲۲٫۶ تا ۲۷٫۱")


def test_the_rail_is_drawn_from_the_right() -> None:
    column = Triple(4, 4, 2, 1).columns[2]
    assert (column.x, column.width) == ("75.00", "25.00")


def test_few_cases_get_whole_percents() -> None:
    assert [c.percent for c in Triple(7, 6, 3, 1).columns] == ["۸۶٪", "۴۳٪", "۱۴٪"]


def test_no_cases_claim_nothing() -> None:
    none = Triple(0, 0, 0, 0)
    assert {c.percent for c in none.columns} == {"—"}
    assert {c.interval for c in none.columns} == {""}
    assert none.spoken == "هنوز درخواستی نیست."


@pytest.mark.parametrize(
    ("k", "n", "low", "high"), [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)]
)
def test_wilsons_interval(k: int, n: int, low: float, high: float) -> None:
    found = wilson(k, n)
    assert found == pytest.approx((low, high), abs=5e-5)


def test_no_trials_know_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
