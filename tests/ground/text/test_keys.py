"""Persian alphabetical order, the same in Python and in the database."""

from __future__ import annotations

import random

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from bina.ground.text.keys import fa_key, tables

# In alphabetical order; code points would put پارک چاله ژاله کوچه گل یخ at the end.
ORDERED = [
    "آب", "آذر", "ابر", "اسب", "اَسپ", "باغ", "پارک", "تابلو", "ثریا", "جوی", "چاله", "حیاط", "خیابان", "درخت",
    "ذرت", "راه", "زباله", "ژاله", "سنگ", "شهر", "صدا", "ضلع", "طاق", "ظهر", "عکس", "غذا", "فاضلاب", "قنات",
    "کوچه", "گل", "گلستان ۲", "گلستان ۳", "گلستان غربی", "لوله", "میدان", "نهر", "وان", "هوا", "یخ",
    "bus", "Car", "dam",
]  # fmt: skip


def test_names_stand_in_alphabetical_order() -> None:
    shuffled = ORDERED.copy()
    random.Random(7).shuffle(shuffled)
    assert sorted(shuffled, key=fa_key) == ORDERED


@pytest.mark.parametrize(
    ("one", "other"),
    [("علي", "علی"), ("كرج", "کرج"), ("مي\u200cدان", "میدان"), ("پُل", "پل"), ("٣", "۳"), ("Car", "car")],
)
def test_spellings_of_one_word_stand_together(one: str, other: str) -> None:
    assert fa_key(one) == fa_key(other)


def test_no_letter_is_named_twice() -> None:
    before, after = tables()
    assert len(set(before)) == len(before) > len(after)


@given(st.text(max_size=30))
def test_key_is_no_longer_than_the_text(text: str) -> None:
    assert len(fa_key(text)) <= len(text)


@pytest.mark.django_db
def test_the_database_agrees_letter_by_letter_and_in_order() -> None:
    letters = [chr(p) for p in (*range(0x20, 0x250), *range(0x600, 0x700), *range(0x2000, 0x2070), 0xFB56, 0x1F600)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(fa_key(c) ORDER BY n) FROM unnest(%s::text[]) WITH ORDINALITY t(c, n)", [letters]
        )
        assert cursor.fetchone()[0] == [fa_key(letter) for letter in letters]
        cursor.execute(
            'SELECT array_agg(c ORDER BY fa_key(c) COLLATE "C") FROM unnest(%s::text[]) t(c)', [ORDERED[::-1]]
        )
        assert cursor.fetchone()[0] == ORDERED
