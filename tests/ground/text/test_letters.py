"""Persian text keeps its meaning in the stored form and loses its spelling in the searched one."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bina.ground.text.letters import MARKS_KEPT, canonical, one_line, search_fold

ANY = st.text(alphabet=st.characters(exclude_categories=[]), max_size=60)  # lone surrogates too
PERSIAN = st.text(
    alphabet=st.sampled_from(
        list("آابپکكيیىۀهةٔءأئؤلا ۱٢3\u200c\u200d\u0640\u064e\u0651\ufefb\ufdf2\n\t.،a\ufe0f😀👩e\u0301\u00a0")
    ),
    max_size=40,
)

# Pairs that people type for the same word (domain study, §5.3).
PAIRS = [
    ("علي", "علی"),
    ("كوچه", "کوچه"),
    ("خانۀ ما", "خانهٔ ما"),
    ("می\u200cشود", "می شود"),
    ("خیـــابان", "خیابان"),
    ("مُحَمَّد", "محمد"),
    ("٣٤٥", "۳۴۵"),
    ("۳۴۵", "345"),
    ("مسؤول", "مسوول"),
    ("\ufefbله", "لاله"),
    ("آسفالت", "اسفالت"),
    ("ي", "ى"),
    ("أحمد", "احمد"),
    ("طبرسی، ۱۲", "طبرسی 12"),
    ("São Paulo", "sao PAULO"),
    ("اجزاء", "اجزا"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_spellings_of_one_word_are_found_together(one: str, other: str) -> None:
    assert search_fold(one) == search_fold(other) != ""


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("كيفيت  خيابان\u200cهاي ٣٤", "کیفیت خیابان\u200cهای ۳۴"),
        ("  خیـابان\u00a0امام  ", "خیابان امام"),
        ("می\u200c\u200cشود \u200c و\u200c ", "می\u200cشود و"),
        ("\ufefb \ufdf2 \ufdfc", "لا الله ریال"),
        ("a\x00b\ud800\u202ec\u2066\ufeff\u200bd", "abcd"),
        ("یک\r\n\r\n\r\n\r\nدو\tسه", "یک\n\nدو سه"),
        ("سیده زهرا حسینی\u200cنژاد", "سیده زهرا حسینی\u200cنژاد"),
        ("رأفت، مسئول، جزء، خانۀ", "رأفت، مسئول، جزء، خانۀ"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f\u20e3 👍🏽", "👨\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f\u20e3 👍🏽"),
        ("س\ufe0fلا\u200dم", "سلام"),
        ("\U000e0041پنهان\U000e0042", "پنهان"),
        ("<b>متن</b>", "<b>متن</b>"),
    ],
)
def test_stored_form(typed: str, stored: str) -> None:
    assert canonical(typed) == stored


def test_a_line_is_one_line() -> None:
    assert one_line("علی\n\nاکبر\nرضایی ") == "علی اکبر رضایی"


@given(ANY | PERSIAN)
def test_storing_twice_changes_nothing_and_is_safe_to_store(text: str) -> None:
    stored = canonical(text)
    assert canonical(stored) == stored
    assert len(stored) <= 18 * len(text)
    stored.encode()  # no lone surrogate: what PostgreSQL takes
    assert unicodedata.is_normalized("NFC", stored)
    assert not any(unicodedata.category(c) == "Cc" and c != "\n" for c in stored)
    assert not set(stored) & set("يىك\u0640\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff\u200b")


@given(ANY | PERSIAN)
def test_the_short_cut_gives_what_the_long_way_gives(text: str) -> None:
    """A hidden mark at the end forces the long way without changing the outcome."""
    assert canonical(text + " \u200b") == canonical(text)


@given(ANY | PERSIAN)
def test_folding_twice_changes_nothing_and_storing_first_neither(text: str) -> None:
    folded = search_fold(text)
    assert search_fold(folded) == folded == search_fold(canonical(text))
    assert "  " not in folded
    assert folded == folded.strip()


@given(st.text(alphabet=st.characters(categories=["Mn"]), min_size=200, max_size=400))
def test_towers_of_marks_are_cut(marks: str) -> None:
    stored = canonical("ب" + marks)
    longest = run = 0
    for letter in stored:
        run = run + 1 if unicodedata.combining(letter) else 0
        longest = max(longest, run)
    assert longest <= MARKS_KEPT


def test_long_hostile_text_takes_a_moment_only() -> None:
    """Each of these is quadratic in a careless normaliser: a million of them would take hours, not a second."""
    for tower in ("\u0301\u0316", "\u200c", "\u200d\ufe0f", "\n ", "ا\u200c "):
        assert len(canonical("ب" + tower * 100_000)) <= 200_002
