"""Twelve spellings are made by rule, and places are found from them; the list of a real city where it is at hand."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from bina.doors.cli import evaluate, evaluate_places, main
from bina.doors.cli.evaluate_places import RULES, names_of, rank, spelling
from bina.doors.cli.refusal import Refused

NAMES = [
    "خیابان سپیدار",
    "بلوار نیلوفر آبی",
    "آلاله‌آباد",
    "میدان ۲۲ مرداد",
    "کاج شمالی",
    "کاج جنوبی",
    "شهرک ققنوس",
    "مؤلفان",
]
DATA = Path(os.environ.get("BINA_TEST_DATA") or Path(__file__).resolve().parents[3].parent / "shared" / "data")


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    file = tmp_path / "places.csv"
    lines = [f"{number},{name}\n" for number, name in enumerate([*NAMES, "کاج‌شمالی", ""])]
    file.write_text("\ufeff# made up\nid,name\n" + "".join(lines), encoding="utf-8")
    return file


def spelled(rule: str, name: str, turn: int = 0, names: Sequence[str] = ()) -> str | None:
    return spelling(next(r for r in RULES if r.name == rule), name, turn, names or NAMES)


def test_there_are_twelve_rules_and_each_says_what_it_does() -> None:
    assert len(RULES) == 12
    assert len({rule.name for rule in RULES}) == 12
    assert all(rule.says for rule in RULES)


@pytest.mark.parametrize(("rule", "turn", "name", "typed"), [
    ("Arabic letters", 1, "کاج شمالی", "كاج شمالي"), ("joined", 0, "آلاله‌آباد", "آلالهآباد"),
    ("split", 0, "آلاله‌آباد", "آلاله آباد"), ("split", 0, "کاج شمالی", "کاج‌شمالی"),
    ("bare letters", 0, "آلاله‌آباد", "الاله‌اباد"), ("bare letters", 0, "مؤلفان", "مولفان"),
    ("kind shortened", 0, "خیابان سپیدار", "خ. سپیدار"), ("kind left out", 0, "خیابان سپیدار", "سپیدار"),
    ("kind left out", 0, "کاج شمالی", "خیابان کاج شمالی"), ("digits", 0, "میدان ۲۲ مرداد", "میدان 22 مرداد"),
    ("digits", 1, "کاج شمالی", "کاج شمالی ١٢"), ("alley", 1, "کاج شمالی", "کاج شمالی۲۱"),
    ("letter left out", 0, "شهرک ققنوس", "شهرک قنوس"), ("letter slipped", 1, "شهرک ققنوس", "شهرک قنقوس"),
    ("words swapped", 0, "کاج شمالی", "شمالی کاج"), ("only begun", 0, "بلوار نیلوفر آبی", "بلوار نی"),
])  # fmt: skip
def test_a_rule_spells_a_name(rule: str, turn: int, name: str, typed: str) -> None:
    assert spelled(rule, name, turn) == typed


def test_a_beginning_is_long_enough_to_mean_at_most_two_names() -> None:
    assert spelled("only begun", "کاج شمالی") == "کاج ش"
    assert spelled("only begun", "کاج", names=["کاج", "کاج شمالی", "کاج جنوبی"]) is None


def test_what_is_by_chance_two_other_names_is_not_asked() -> None:
    rule = next(r for r in RULES if r.name == "kind left out")
    assert spelling(rule, "خیابان کاج", 0, ["خیابان کاج", "کاج"]) == "کاج"
    assert spelling(rule, "خیابان کاج", 0, ["خیابان کاج", "کاج", "کا‌ج"]) is None


def test_every_made_up_place_is_found_and_the_command_says_so(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["evaluate", "places", str(listed)]) == main.DONE
    said = capsys.readouterr().out
    assert f"spellings of {len(NAMES)} names" in said
    assert "✗" not in said
    assert main.main(["evaluate", "places", "--json", str(listed)]) == main.DONE
    figures = json.loads(capsys.readouterr().out)
    assert [f["name"] for f in figures][:12] == [rule.name for rule in RULES]


def test_a_name_that_is_missed_is_told_and_fails() -> None:
    assert rank("کاج", ["سرو", "کا‌ج"]) == 2
    assert rank("کاج", ["سرو"]) is None
    short = evaluate.figures.Figure("share", 98.0, "%", 99.0)
    slow = evaluate.figures.Figure("p95", 11.0, "ms", 10.0)
    assert not evaluate._reached(short)
    assert not evaluate._reached(slow)
    assert evaluate._reached(evaluate.figures.Figure("n", 3))


def test_what_is_no_list_of_names_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    for content in ("a,b\n1,2\n", "", "name\n\n،\n"):
        file.write_text(content, encoding="utf-8")
        with pytest.raises(Refused):
            names_of([file])
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Refused):
        names_of([file])
    assert main.main(["evaluate", "places", str(tmp_path / "none.csv")]) == main.REFUSED


def test_the_real_places_are_found_first_or_second() -> None:
    lists = sorted((DATA / "geo").glob("mashhad_*.csv"))
    if not lists:
        pytest.skip("the lists of Mashhad's places are not beside this checkout")
    rows, _ = evaluate_places.evaluate(lists)
    found = {row.name: row for row in rows}
    assert found["found first or second"].value >= 99.5, found["found first or second"].note
    assert all(found[rule.name].value >= 99 for rule in RULES)
