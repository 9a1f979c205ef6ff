"""Numbers are read in any script and shown in Persian."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bina.ground.text import digits


@given(st.integers(min_value=0, max_value=10**15))
def test_what_is_shown_can_be_typed_back(number: int) -> None:
    assert digits.parse_int(digits.persian_number(number)) == number
    assert digits.parse_int(digits.persian(number)) == number
    assert digits.latin(digits.persian(number)) == str(number)


@given(st.text(max_size=30))
def test_digits_become_ascii_and_nothing_else_changes(text: str) -> None:
    plain = digits.latin(text)
    assert len(plain) == len(text)
    assert all(a == b for a, b in zip(text, plain, strict=True) if not a.isdecimal())
    assert all(c in "0123456789" for c in plain if c.isdecimal())


@pytest.mark.parametrize("typed", ["", "۱٫۵", "1e5", "NaN", "۱۲ متر", "1,23", "--1", "0x10", "²"])
def test_what_is_no_whole_number_is_refused_with_words(typed: str) -> None:
    with pytest.raises(digits.BadNumber) as refused:
        digits.parse_int(typed)
    assert "عدد صحیح" in refused.value.fa
    assert "whole number" in refused.value.en


def test_bounds_are_told_and_four_hundred_digits_are_a_number_too_large() -> None:
    with pytest.raises(digits.BadNumber, match="میان ۱ و ۵۰") as refused:
        digits.parse_int("9" * 400, least=1, most=50)
    assert refused.value.sentence("en") == "The number must be between 1 and 50."
    assert digits.parse_int("۰" * 400 + "۷") == 7
    assert digits.parse_int("−۳", least=-5) == -3
    with pytest.raises(digits.BadNumber):
        digits.parse_int("-1")


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (digits.persian_number(1234567), "۱٬۲۳۴٬۵۶۷"),
        (digits.persian_number(2.5), "۲٫۵"),
        (digits.persian_number(-3), "\u200e−۳"),
        (digits.persian_number(Decimal("2.45"), places=1), "۲٫۵"),
        (digits.persian_percent(0.734), "۷۳٪"),
        (digits.persian_percent(0.005, places=1), "۰٫۵٪"),
        (digits.persian_money(12_000), "۱۲٬۰۰۰ ریال"),
        (digits.short_money(8_400_000_000), "۸۴۰ میلیون تومان"),
        (digits.short_money(12_000_000_000), "۱٫۲ میلیارد تومان"),
        (digits.short_money(12_345_000_000_000), "۱٫۲ هزار میلیارد تومان"),
        (digits.short_money(5_005), "۵۰۰٫۵ تومان"),
        (digits.persian("منطقه ٣ پلاک 12"), "منطقه ۳ پلاک ۱۲"),
    ],
)
def test_numbers_for_reading(shown: str, expected: str) -> None:
    assert shown == expected
