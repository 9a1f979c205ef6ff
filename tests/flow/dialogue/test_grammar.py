"""What a citizen's text message is taken to mean, in every script of digits and in the spellings of telephones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bina.flow.dialogue.grammar import Means, understand

CODE = "3057184269"
ZEROS = (0x30, 0x6F0, 0x660, 0x966, 0x9E6, 0xFF10)  # ASCII, Persian, Arabic, Devanagari, Bengali, full width


def written(text: str, zero: int) -> str:
    """The text with its digits in another script."""
    return "".join(chr(zero + int(c)) if c.isdigit() and c.isascii() else c for c in text)


@pytest.mark.parametrize("zero", ZEROS)
@pytest.mark.parametrize(
    ("typed", "means", "code"),
    [
        ("1", Means.YES, None), ("2", Means.NO, None), (" 1. ", Means.YES, None), (f"1 {CODE}", Means.YES, CODE),
        (f"{CODE} 2", Means.NO, CODE), ("1 305 718 4269", Means.YES, CODE), ("305-718-4269", Means.STATUS, CODE),
        (f"کد رهگیری {CODE}", Means.STATUS, CODE), ("لغو11", Means.STOP, None), ("12", Means.WORDS, None),
        ("3057184268", Means.WORDS, None),
    ],
)  # fmt: skip
def test_digits_of_every_script(zero: int, typed: str, means: Means, code: str | None) -> None:
    found = understand(written(typed, zero))
    assert (found.means, found.code) == (means, code)


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("بله", Means.YES), ("بلي", Means.YES), ("تأیید", Means.YES), ("تاييد", Means.YES), ("آره", Means.YES),
        ("انجام‌شد", Means.YES), ("OK", Means.YES), ("Yes!", Means.YES), ("۱ ممنون", Means.YES),
        ("۱ خیلی ممنونم", Means.YES), ("۱ بله درست است", Means.YES), ("1 thank you", Means.YES),
        ("خیر", Means.NO), ("نه!", Means.NO), ("انجام نشد", Means.NO), ("no", Means.NO), ("۲ هنوز هست", Means.NO),
        ("2\nدرست نشده", Means.NO), ("انصراف", Means.WITHDRAW), ("انصراف می‌دهم", Means.WITHDRAW),
        ("STOP", Means.STOP), ("لغو", Means.STOP), ("وضعیت", Means.STATUS), ("؟", Means.STATUS), ("؟؟", Means.STATUS),
        ("راهنما", Means.HELP), ("", Means.NOTHING), ("   ", Means.NOTHING), ("\u200b", Means.NOTHING),
        ("😀", Means.NOTHING),
    ],
)  # fmt: skip
def test_words_in_any_spelling(typed: str, means: Means) -> None:
    assert understand(typed).means == means


@pytest.mark.parametrize(
    "typed",
    ["۱ ولی هنوز خراب است", "۱ چالهٔ دیگر هم هست", "1 more hole", "۲ تا چاله هم هست", "۲ روز است منتظرم", "بله ولی نشد",
     "نه این را نگفتم", "انصراف نمی‌دهم"],
)  # fmt: skip
def test_what_could_close_a_case_by_mistake_is_only_words(typed: str) -> None:
    found = understand(typed)
    assert found.means == Means.WORDS
    assert found.words == typed


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("۲", "not_done"), ("۲ نیمه‌کاره مانده", "badly_done"), ("۲ دوباره کنده شد", "came_back"),
     ("کی می‌آیید؟", "no_news"), ("خبری نشد", "no_news"), ("یک چراغ هم شکسته", "wants_to_add")],
)  # fmt: skip
def test_why_he_writes(typed: str, reason: str) -> None:
    assert understand(typed).reason == reason


def test_the_words_go_on_without_the_code() -> None:
    assert understand(f"۲ {CODE} هنوز پر نشده").words == "هنوز پر نشده"
    assert understand("کد ۳۰۵ ۷۱۸ ۴۲۶۹ چراغ هم سوخته").words == "چراغ هم سوخته"


@given(st.text(max_size=300))
def test_nothing_that_anybody_types_breaks_it(text: str) -> None:
    found = understand(text)
    assert found.code is None or len(found.code) == 10
    assert found.means != Means.NO or found.reason in ("not_done", "badly_done", "came_back")
