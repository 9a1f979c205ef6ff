"""Made-up places are found first from every spelling that people use, whatever else stands in the address."""

from __future__ import annotations

from datetime import date

import pytest

from bina.ground.city.placenames import Gazetteer, Named, PlaceNames, without_kinds

NAMES = (
    "خیابان سپیدار", "بولوار سپیدار", "بلوار نیلوفر آبی", "آلاله‌آباد", "میدان ۲۲ مرداد", "نی", "کاج شمالی",
    "کاج جنوبی", "چهارراه ققنوس", "شهرک مؤلفان", "لاله",
)  # fmt: skip


@pytest.fixture(scope="module")
def made_up() -> Gazetteer:
    return Gazetteer([Named(name, "alley_root", 0, 0, None, "", True, 1.0, date(2000, 1, 1), None) for name in NAMES])


def first(gazetteer: Gazetteer, text: str) -> str:
    return gazetteer.find(text)[0].name


@pytest.mark.parametrize("text", [
    "نیلوفر آبی", "بلوار نیلوفرآبی", "نيلوفر ابي", "بل. نیلوفر آبی ۱۲", "خیابان نیلوفر آبی", "آبی نیلوفر", "نیلفر آبی",
    "نیلوفر آ", "نیلوفرآبی۱۲/۳", "کوچه نیلوفر آبی ۱۲ پلاک ۴", "نیولفر آبی", "بلوارنیلوفر آبی",
    "نیلوفر آبی نرسیده به ققنوس",
])  # fmt: skip
def test_a_name_of_two_words_is_found_first(made_up: Gazetteer, text: str) -> None:
    assert first(made_up, text) == "بلوار نیلوفر آبی"


@pytest.mark.parametrize(("text", "name"), [
    ("الاله اباد", "آلاله‌آباد"), ("آلالهآباد", "آلاله‌آباد"), ("میدان 22 مرداد", "میدان ۲۲ مرداد"),
    ("۲۲مرداد", "میدان ۲۲ مرداد"), ("م. ٢٢ مرداد", "میدان ۲۲ مرداد"), ("چهار راه ققنوس", "چهارراه ققنوس"),
    ("شهرک مولفان", "شهرک مؤلفان"), ("لله", "لاله"), ("کاج ج", "کاج جنوبی"), ("شمالی کاج", "کاج شمالی"), ("نی", "نی"),
    ("بولوار سپیدار", "بولوار سپیدار"), ("خ سپیدار", "خیابان سپیدار"),
])  # fmt: skip
def test_letters_words_and_numbers_may_stand_otherwise(made_up: Gazetteer, text: str, name: str) -> None:
    assert first(made_up, text) == name


def test_both_of_two_names_come_before_all_others(made_up: Gazetteer) -> None:
    assert {hit.name for hit in made_up.find("سپیدار")[:2]} == {"خیابان سپیدار", "بولوار سپیدار"}
    assert {hit.name for hit in made_up.find("کاج")[:2]} == {"کاج شمالی", "کاج جنوبی"}


@pytest.mark.parametrize("text", ["", "  ", "؟!", "xyz", "پرستو", "ظظظظ", "خ", "\u200c"])
def test_nothing_is_found_by_what_names_nothing(made_up: Gazetteer, text: str) -> None:
    assert made_up.find(text) == []


def test_a_whole_page_of_text_is_read_no_further_than_its_beginning(made_up: Gazetteer) -> None:
    assert first(made_up, "کاج شمالی " + "واژه " * 20_000) == "کاج شمالی"


def test_a_heavier_place_of_the_same_name_comes_first() -> None:
    names = PlaceNames([(("بهار",), 0.9), (("بهار",), 1.0)])
    assert [number for number, _ in names.find("بهار", 2)] == [1, 0]


def test_kinds_are_left_out_unless_nothing_else_would_stay() -> None:
    assert without_kinds("خیابان سه راه سپیدار 12".split()) == ["سپیدار", "12"]
    assert without_kinds(["خیابان"]) == ["خیابان"]
    assert without_kinds(["منطقه", "9"]) == ["منطقه", "9"]
