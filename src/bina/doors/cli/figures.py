"""Figures of a command: the same list printed for people, or as JSON for machines."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its unit; `limit` is the bare limit or the bound it is held against, `ratio` = value / limit."""

    name: str
    value: float | int | str | None
    unit: str = ""
    limit: float | None = None
    ratio: float | None = None
    note: str = ""


def option(parser: argparse.ArgumentParser) -> None:
    """Gives a command --json."""
    parser.add_argument("--json", action="store_true", help="the figures as a JSON list")


def show(figures: Iterable[Figure], *, as_json: bool) -> None:
    """Prints the figures: a line each, or one JSON list of {name, value, unit, limit, ratio, note}."""
    rows = list(figures)
    if as_json:
        json.dump([asdict(row) for row in rows], sys.stdout, ensure_ascii=False, indent=1, default=str)
        print()
        return
    width = max((len(row.name) for row in rows), default=0)
    for row in rows:
        value = f"{row.value:,.3f}".rstrip("0").rstrip(".") if isinstance(row.value, float) else f"{row.value}"
        bound = "" if row.limit is None else f"  (limit {row.limit:g}"
        bound += "" if row.limit is None else ")" if row.ratio is None else f", ratio {row.ratio:.2f})"
        print(f"  {row.name:<{width}}  {value} {row.unit}{bound}{'  ' + row.note if row.note else ''}".rstrip())
