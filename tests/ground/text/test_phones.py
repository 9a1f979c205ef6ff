"""Telephone numbers are read in any dress, stored in one form, masked in lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bina.ground.text.digits import persian
from bina.ground.text.phones import BadPhone, dialled, is_mobile, masked, parse_phone, shown

MOBILE = "+989151234567"


@pytest.mark.parametrize(
    "typed",
    ["09151234567", "۰۹۱۵ ۱۲۳ ۴۵۶۷", "٠٩١٥١٢٣٤٥٦٧", "0915-123-4567", "+98 (915) 123 45 67", "00989151234567",
     "9151234567", "989151234567", "\u200e+98\u00a09151234567\u202c"],
)  # fmt: skip
def test_a_mobile_in_any_dress_is_one_number(typed: str) -> None:
    assert parse_phone(typed, "051") == MOBILE


def test_a_landline_gets_the_citys_code_and_numbers_from_abroad_stay() -> None:
    assert parse_phone("۳۸۱۲۳۴۵۶", "051") == parse_phone("051-38123456", "021") == "+985138123456"
    assert parse_phone("38123456", "021") == "+982138123456"
    assert parse_phone("0049 1511 2345678", "051") == "+4915112345678"
    assert parse_phone("(11) 96123-4567", "011", region="BR") == "+5511961234567"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0915123456", "شمارهٔ تلفن همراه با صفر آغازش ۱۱ رقم دارد؛ ۱۰ رقم نوشته‌اید."),
        ("+98 915 123 45678", "شمارهٔ تلفن همراه با صفر آغازش ۱۱ رقم دارد؛ ۱۲ رقم نوشته‌اید."),
        ("137", "این شمارهٔ کوتاه را نمی‌توان گرفت؛ لطفاً شمارهٔ کامل تلفن را بنویسید."),
        ("0941 123 4567", "این شمارهٔ تلفن وجود ندارد؛ لطفاً رقم‌های آن را دوباره ببینید."),
        ("", "شمارهٔ تلفن خوانده نشد؛ لطفاً آن را مانند ۰۹۱۵۱۲۳۴۵۶۷ بنویسید."),
        ("تلفن ندارم", "شمارهٔ تلفن خوانده نشد؛ لطفاً آن را مانند ۰۹۱۵۱۲۳۴۵۶۷ بنویسید."),
    ],
)
def test_what_is_wrong_is_said(typed: str, sentence: str) -> None:
    with pytest.raises(BadPhone) as refused:
        parse_phone(typed, "051")
    assert refused.value.fa == sentence
    assert refused.value.en.isascii()


@pytest.mark.parametrize(
    "typed", ["9" * 400, "+", "+98", "000", "²" * 11, "\ud800", "+999999999999999", "0915;1234567"]
)
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(BadPhone):
        parse_phone(typed, "051")


def test_shown_whole_or_masked() -> None:
    assert dialled(MOBILE) == "09151234567"
    assert shown(MOBILE) == "۰۹۱۵ ۱۲۳ ۴۵۶۷"
    assert masked(MOBILE) == "0915•••4567"
    assert masked("+98513") == "05•••"
    assert is_mobile(MOBILE)
    assert is_mobile(parse_phone("09998000000", "051"))  # a range that no list knows yet
    assert not is_mobile("+985138123456")


@given(st.sampled_from(["0912", "0915", "0935", "0990", "0999"]), st.integers(0, 9_999_999))
def test_what_is_shown_can_be_typed_back(prefix: str, rest: int) -> None:
    phone = parse_phone(f"{prefix}{rest:07}", "051")
    assert parse_phone(shown(phone), "051") == parse_phone(persian(dialled(phone)), "051") == phone


@given(st.text(max_size=25) | st.from_regex(r"\+?[0-9 ()-]{0,18}", fullmatch=True))
def test_typed_nonsense_is_a_number_or_a_sentence(typed: str) -> None:
    try:
        phone = parse_phone(typed, "051")
    except BadPhone as refused:
        assert refused.fa  # noqa: PT017
    else:
        assert phone[0] == "+"
        assert parse_phone(dialled(phone), "051") == phone
