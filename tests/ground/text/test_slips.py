"""One slip of a letter is told from every other difference."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bina.ground.text.slips import one_apart

LETTERS = st.text("ابپتدرسگلمنو", min_size=1, max_size=9)


@pytest.mark.parametrize(("a", "b", "apart"), [
    ("گاز", "گز", True), ("گاز", "گاز", False), ("سجاد", "سجدا", True), ("سجاد", "سجاب", True), ("سجاد", "سدجا", False),
    ("ab", "abcd", False), ("", "a", True),
])  # fmt: skip
def test_one_letter_apart(a: str, b: str, apart: bool) -> None:
    assert one_apart(a, b) is apart
    assert one_apart(b, a) is apart


@given(LETTERS, st.data())
def test_one_letter_apart_is_what_one_slip_makes(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("ژچخ"))
    assert one_apart(word, word[:at] + letter + word[at:])
    assert one_apart(word[:at] + letter + word[at:], word)
    assert one_apart(word, word[:at] + letter + word[at + 1 :])
    swapped = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
    assert one_apart(word, swapped) == (swapped != word)
    assert not one_apart(word, word)
    assert not one_apart(word, letter + word + letter)
