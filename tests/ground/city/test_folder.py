"""Plain files are read with their line numbers, and nothing wrong passes in silence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bina.ground.city.folder import Folder, Row, WrongFolder, read_day


def row(folder: Folder, **cells: str) -> Row:
    """A row of one line."""
    return Row(folder, "file.csv", 7, cells)


def test_comments_and_empty_lines_are_no_rows_but_count_as_lines(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("# one\ncode,name\n\n01,الف\n# two\n02,ب\n", encoding="utf-8-sig")
    folder = Folder(tmp_path)
    assert [(r.line, r.text("name")) for r in folder.rows("a.csv", ("code", "name"))] == [(4, "الف"), (6, "ب")]
    assert folder.wrongs == []


def test_quotes_hold_commas_and_a_broken_one_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('code,name\n01,"الف، ب, پ"\n02,"ت\n', encoding="utf-8")
    folder = Folder(tmp_path)
    assert [r.text("name") for r in folder.rows("a.csv", ("code",))] == ["الف، ب, پ"]
    assert "not readable as CSV" in str(folder.wrongs[0])


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("# nothing\n", encoding="utf-8")
    folder = Folder(tmp_path)
    assert list(folder.rows("a.csv", ("code",))) == []
    assert str(folder.wrongs[0]) == "a.csv: is empty; it needs at least its line of columns"


@pytest.mark.parametrize(
    ("text", "day"),
    [("1405/01/01", date(2026, 3, 21)), ("۱۴۰۵-۱-۱", date(2026, 3, 21)), ("2026-11-24", date(2026, 11, 24))],
)
def test_days_are_read_in_both_calendars(text: str, day: date) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize("text", ["", "1405", "1405/12/31", "2026-02-30", "1405/1/1/1", "امروز", "0/0/0"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_day(text)


def test_cells_are_read_in_their_stored_form(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    one = row(folder, name=" كتاب  علي ", code="۰۱", on="1", off="", list="a| b ||c", lat="۳۶٫۵", n="۱۲")
    assert (one.text("name"), one.code("code"), one.items("list")) == ("کتاب علی", "01", ["a", "b", "c"])
    assert (one.flag("on"), one.flag("off"), one.whole("n", 0, 20)) == (True, False, 12)
    assert one.degrees_e6("lat", 90) == 36_500_000
    assert (one.whole("off", 0, 1), one.day("off"), one.text("absent")) == (None, None, "")
    assert folder.wrongs == []


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda r: r.text("x", needed=True), " "),
        (lambda r: r.code("x"), "a b"),
        (lambda r: r.flag("x"), "شاید"),
        (lambda r: r.whole("x", 1, 4), "5"),
        (lambda r: r.whole("x", 1, 4), "1.5"),
        (lambda r: r.whole("x", 1, 4), "9" * 400),
        (lambda r: r.degrees_e6("x", 90), "inf"),
        (lambda r: r.degrees_e6("x", 90), "-90.1"),
        (lambda r: r.day("x"), "دیروز"),
        (lambda r: r.choice("x", ("a", "b")), "c"),
    ],
)
def test_what_is_wrong_is_noted_with_its_place(tmp_path: Path, read: object, value: str) -> None:
    folder = Folder(tmp_path)
    read(row(folder, x=value))  # type: ignore[operator]
    (wrong,) = folder.wrongs
    assert (wrong.file, wrong.line) == ("file.csv", 7)
    assert str(WrongFolder(folder.wrongs)).startswith("file.csv:7: ")
