"""Numbers of persons and organisations: typing errors are caught, nothing is proven."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bina.ground.text.national_id import BadId, legal_id, national_id, postal_code


def test_known_numbers_pass_in_any_digits() -> None:
    assert national_id("۰۰۸۴۵۷۵۹۴۸") == national_id("84575948") == national_id("008-457594-8") == "0084575948"
    assert legal_id("۱۰۳۸۰۲۸۴۷۹۰") == "10380284790"
    assert postal_code("91735-12345") == "9173512345"


@given(st.integers(0, 9), st.integers(1, 9))
def test_a_single_wrong_digit_of_a_national_id_is_caught(place: int, by: int) -> None:
    """Of this number every one; in general not the few that turn remainder 1 into 10, which share a check digit."""
    right = "0084575948"
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]
    with pytest.raises(BadId, match="کد ملی"):
        national_id(wrong)


@pytest.mark.parametrize("typed", ["", "1111111111", "123", "12345678901", "abcdefghij", "9" * 400, "\ud800"])
def test_what_cannot_be_is_refused_with_words(typed: str) -> None:
    with pytest.raises(BadId) as refused:
        national_id(typed)
    assert refused.value.fa.endswith(".")
    assert refused.value.en.isascii()


@pytest.mark.parametrize("typed", ["10380284791", "11111111111", "1038028479", ""])
def test_wrong_ids_of_organisations(typed: str) -> None:
    with pytest.raises(BadId, match="شناسهٔ ملی"):
        legal_id(typed)


@pytest.mark.parametrize("typed", ["0173512345", "917351234"])
def test_wrong_postal_codes(typed: str) -> None:
    with pytest.raises(BadId, match="کد پستی"):
        postal_code(typed)
