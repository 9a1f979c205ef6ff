"""Which of the dated rows are in force on a day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from django.apps import apps

from bina.ground.city import installation
from bina.ground.sla import clock
from bina.ground.sla.version import per_version


class Spanned(Protocol):
    """A row in force from valid_from until the day before valid_to."""

    @property
    def valid_from(self) -> date: ...

    @property
    def valid_to(self) -> date | None: ...


Row = TypeVar("Row", bound=Spanned)


def this_day() -> date:
    """The city's day as this process reckons it, without a query."""
    return clock.estimate().astimezone(ZoneInfo(installation.current().zone)).date()


def in_force(row: Spanned, on: date) -> bool:
    """Whether a row is in force on a day."""
    return row.valid_from <= on and (row.valid_to is None or on < row.valid_to)


def standing(rows: Iterable[Row], on: date) -> tuple[Row, ...]:
    """The rows in force on a day, in their order."""
    return tuple(row for row in rows if in_force(row, on))


def epoch(table: str) -> date:
    """The last day, up to today, on which a row of a table ("city.Area") began or ended.

    What is kept by it stays right over midnight without being computed again every day.
    """
    turns = _turns(table)
    place = bisect_right(turns, this_day())
    return turns[place - 1] if place else date.min


@per_version
def _turns(table: str) -> tuple[date, ...]:
    rows = apps.get_model(table)._default_manager.values_list("valid_from", "valid_to").distinct()
    return tuple(sorted({day for pair in rows for day in pair if day is not None}))
