"""A tracking code survives being read out, mistyped and dressed up."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bina.ground.text.codes import BadCode, check_digit, is_code, new_code, read_code, spoken
from bina.ground.text.digits import persian

CODES = st.integers(10**8, 10**9 - 1).map(lambda n: f"{n}{check_digit(str(n))}")


def test_new_codes_are_codes_spread_over_the_whole_range() -> None:
    codes = {new_code() for _ in range(3000)}
    assert all(is_code(code) for code in codes)
    assert len(codes) > 2990
    assert {code[0] for code in codes} == set("123456789")
    assert {code[-1] for code in codes} == set("0123456789")


def test_known_check_digits() -> None:
    assert check_digit("572") == "4"  # the example of Damm's thesis
    assert spoken("3057184269") == "305 718 4269"


@given(CODES, st.integers(0, 9), st.integers(1, 9))
def test_every_single_wrong_digit_is_caught(code: str, place: int, by: int) -> None:
    wrong = code[:place] + str((int(code[place]) + by) % 10) + code[place + 1 :]
    assert not is_code(wrong)
    with pytest.raises(BadCode):
        read_code(wrong)


@given(CODES, st.integers(0, 8))
def test_every_swap_of_neighbours_is_caught(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped != code:
        assert not is_code(swapped)


@given(CODES, st.lists(st.sampled_from(["", " ", "-", "\u200c", "‏", ".", "/", "  "]), min_size=9, max_size=9))
def test_any_spacing_and_script_is_read(code: str, gaps: list[str]) -> None:
    spaced = "".join(digit + gap for digit, gap in zip(code, [*gaps, ""], strict=True))
    assert read_code(spaced) == read_code(persian(spaced)) == code
    assert read_code(f"کد رهگیری: {persian(spaced)} است") == code
    assert read_code(spoken(code)) == code


def test_a_code_is_found_beside_other_numbers() -> None:
    code = "123456789" + check_digit("123456789")
    assert read_code(f"تلفن 09151234567 کد {code}") == code
    assert read_code(f"{code[:3]} و {code[3:]}") == code


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("۳۰۵ ۷۱۸ ۴۲۶", "یک رقم جا افتاده است: ۹ رقم نوشته‌اید، کد ۱۰ رقم دارد."),
        ("کد 3057", "۶ رقم جا افتاده است: ۴ رقم نوشته‌اید، کد ۱۰ رقم دارد."),
        ("30571842690", "یک رقم بیشتر است: ۱۱ رقم نوشته‌اید، کد ۱۰ رقم دارد."),
        ("09151234567", "این شمارهٔ تلفن همراه است، نه کد رهگیری؛ کد ۱۰ رقم دارد."),
        ("", "لطفاً کد رهگیری را بنویسید؛ این کد ۱۰ رقم دارد."),
        ("سلام", "لطفاً کد رهگیری را بنویسید؛ این کد ۱۰ رقم دارد."),
    ],
)
def test_the_sentence_says_what_to_look_at(typed: str, sentence: str) -> None:
    with pytest.raises(BadCode) as refused:
        read_code(typed)
    assert refused.value.fa == sentence
    assert refused.value.en.isascii()


@pytest.mark.parametrize("typed", ["0123456784", "1234567890", "9" * 400, "1" * 10_000_000, "\ud800", "²" * 10, "½"])
def test_anything_else_is_refused_too(typed: str) -> None:
    with pytest.raises(BadCode):
        read_code(typed)


@given(st.text(max_size=40))
def test_only_codes_come_out(typed: str) -> None:
    with suppress(BadCode):
        assert is_code(read_code(typed))
