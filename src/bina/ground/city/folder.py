"""Reads a city's plain files, CSV, TOML and GeoJSON, and tells every wrong row by file and line."""

from __future__ import annotations

import csv
import json
import math
import tomllib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from persiantools.jdatetime import JalaliDate

from bina.ground.text.digits import latin
from bina.ground.text.letters import one_line

LARGEST = 50_000_000  # bytes of one file: a city with exact shapes is far below


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong in a city's folder."""

    file: str
    line: int  # 0: the whole file
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}" if self.line else f"{self.file}: {self.sentence}"


class WrongFolder(ValueError):
    """A city's folder that cannot be loaded; `wrongs` says everything that is wrong with it."""

    def __init__(self, wrongs: list[Wrong]) -> None:
        super().__init__("\n".join(str(wrong) for wrong in wrongs))
        self.wrongs = wrongs


@dataclass
class Folder:
    """A city's folder being read; what is wrong gathers in `wrongs`."""

    path: Path
    wrongs: list[Wrong] = field(default_factory=list)

    def tell(self, file: str, line: int, sentence: str) -> None:
        """Notes something wrong."""
        self.wrongs.append(Wrong(file, line, sentence))

    def has(self, file: str) -> bool:
        """Whether a file is there: what is absent is left as it stands in the database."""
        return (self.path / file).is_file()

    def rows(self, file: str, columns: Collection[str]) -> Iterator[Row]:
        """The rows of a CSV file that must have these columns; lines that begin with # are comments."""
        text = self._text(file)
        if text is None:
            return
        lines = ("" if line.startswith("#") else line for line in text.splitlines(keepends=True))
        reader = csv.reader(lines, strict=True)
        head: list[str] | None = None
        try:
            for cells in reader:
                if not any(cell.strip() for cell in cells):
                    continue
                if head is None:
                    head = [cell.strip() for cell in cells]
                    if lacking := [c for c in columns if c not in head]:
                        self.tell(file, reader.line_num, f"columns are missing: {', '.join(lacking)}")
                        return
                elif len(cells) != len(head):
                    self.tell(file, reader.line_num, f"{len(cells)} cells under {len(head)} columns")
                else:
                    yield Row(self, file, reader.line_num, dict(zip(head, cells, strict=True)))
        except csv.Error as error:
            self.tell(file, reader.line_num, f"not readable as CSV: {error}")
        if head is None:
            self.tell(file, 0, "is empty; it needs at least its line of columns")

    def toml(self, file: str) -> dict[str, Any]:
        """The content of a TOML file, empty where it is absent or wrong."""
        text = self._text(file)
        if text is None:
            return {}
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self.tell(file, 0, f"not readable as TOML: {error}")
            return {}

    def places(self, file: str, table: str) -> list[int]:
        """The lines on which the entries [[table]] of a TOML file begin, in order."""
        lines = (self._text(file) or "").splitlines()
        return [number for number, line in enumerate(lines, start=1) if line.split("#")[0].strip() == f"[[{table}]]"]

    def features(self, file: str) -> list[dict[str, Any]]:
        """The features of a GeoJSON FeatureCollection."""
        text = self._text(file)
        if text is None:
            return []
        try:
            found = json.loads(text)
        except ValueError as error:
            self.tell(file, 0, f"not readable as JSON: {error}")
            return []
        features = found.get("features") if isinstance(found, dict) else None
        if not isinstance(features, list) or not all(isinstance(f, dict) for f in features):
            self.tell(file, 0, "is no GeoJSON FeatureCollection")
            return []
        return features

    def _text(self, file: str) -> str | None:
        path = self.path / file
        try:
            if path.stat().st_size > LARGEST:
                self.tell(file, 0, "is larger than 50 MB")
                return None
            return path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            self.tell(file, 0, "is missing")
        except UnicodeDecodeError as error:
            self.tell(file, 0, f"is not UTF-8 text (byte {error.start})")
        except OSError as error:
            self.tell(file, 0, f"cannot be read: {error.strerror}")
        return None


@dataclass
class Row:
    """One row; every reader of a cell notes what is wrong and gives a harmless value in its place."""

    folder: Folder
    file: str
    line: int
    cells: dict[str, str]

    def wrong(self, sentence: str) -> None:
        """Notes something wrong in this row."""
        self.folder.tell(self.file, self.line, sentence)

    def text(self, column: str, *, needed: bool = False) -> str:
        """A cell as stored text: one line, canonical letters."""
        value = one_line(self.cells.get(column, ""))
        if needed and not value:
            self.wrong(f"{column} is empty")
        return value

    def code(self, column: str, *, needed: bool = True) -> str:
        """A cell as a code: no spaces."""
        value = latin(self.text(column, needed=needed))
        if " " in value:
            self.wrong(f"{column} “{value}” is a code and has no spaces")
        return value

    def items(self, column: str) -> list[str]:
        """A cell as a list: its parts are separated by |."""
        return [part for cell in self.cells.get(column, "").split("|") if (part := one_line(cell))]

    def choice(self, column: str, allowed: Collection[str]) -> str:
        """A cell that must be one of some words."""
        value = self.text(column)
        if value not in allowed:
            self.wrong(f"{column} “{value}” is none of: {', '.join(allowed)}")
        return value

    def flag(self, column: str) -> bool:
        """A cell that says yes (1) or no (0, empty)."""
        value = latin(self.text(column)).lower()
        if value not in ("", "0", "1", "yes", "no", "true", "false"):
            self.wrong(f"{column} “{value}” is neither 1 nor 0")
        return value in ("1", "yes", "true")

    def whole(self, column: str, least: int, most: int) -> int | None:
        """A cell as a whole number within bounds, None when it is empty."""
        return self._number(column, least, most, int)

    def degrees_e6(self, column: str, most: int) -> int | None:
        """A cell in degrees as micro-degrees, None when it is empty."""
        value = self._number(column, -most, most, float)
        return None if value is None else round(value * 1_000_000)

    def day(self, column: str, *, needed: bool = False) -> date | None:
        """A cell as a date, Jalali (1405/09/03) or Gregorian (2026-11-24)."""
        value = self.text(column, needed=needed)
        if not value:
            return None
        try:
            return read_day(value)
        except ValueError:
            self.wrong(f"{column} “{value}” is no date; write 1405/09/03 or 2026-11-24")
            return None

    def _number(self, column: str, least: float, most: float, kind: Callable[[str], Any]) -> Any:
        value = latin(self.text(column)).replace("٫", ".")
        if not value:
            return None
        try:
            number = kind(value) if len(value) < 20 else math.nan
        except ValueError:
            number = math.nan
        if not least <= number <= most:
            self.wrong(f"{column} “{value}” is no number between {least} and {most}")
            return None
        return number


def read_day(text: str) -> date:
    """A date written Jalali (years below 1700) or Gregorian, year first; ValueError if it is none."""
    parts = [int(part) for part in latin(text).replace("/", "-").split("-")]
    if len(parts) != 3:
        raise ValueError(text)
    if parts[0] < 1700:
        day: date = JalaliDate(*parts).to_gregorian()
        return day
    return date(*parts)
