"""The credit lines of a city's folder: opened where they do not stand yet, never changed by a file."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

import msgspec

from bina.flow.credit import lines
from bina.flow.credit.lines import Stage
from bina.flow.credit.models import CreditLine
from bina.ground.city.folder import Folder, Row
from bina.ground.city.models import Area, Unit
from bina.ground.text.digits import latin
from bina.ground.text.jalali import FIRST_YEAR, LAST_YEAR, BadDate, from_jalali, to_jalali

FILE, DEMO_FILE = "credit.csv", "demo/credit.csv"
COLUMNS = ("code", "name", "year", "kind", "approved", "area", "owner", "stages", "source")
# AMOUNT@MM/DD, and where it was handed over >MM/DD:DOCUMENT; days of the line's own Jalali year.
_STAGE = re.compile(r"(\d{1,15})@(\d\d?)/(\d\d?)(?:>(\d\d?)/(\d\d?)(?::(.{1,60}))?)?")


class LineFile(msgspec.Struct, frozen=True):
    """A credit line as a file says it, its area and owner by code."""

    code: str
    name: str
    year: int
    kind: str
    approved: int
    area: str
    owner: str
    stages: tuple[Stage, ...]
    source: str


def read_lines(
    folder: Folder, file: str, *, areas: Collection[str], units: Collection[str], today: date
) -> list[LineFile]:
    """The lines of a file; `year` may be reckoned from today's Jalali year (0 this one, -1 the last).

    A stage is handed over only when that day has come. What is wrong is told to the folder.
    """
    found: dict[str, LineFile] = {}
    for row in folder.rows(file, COLUMNS):
        line = _line(row, areas, units, today)
        if line.code in found:
            row.wrong(f"{line.code} stands twice")
        found.setdefault(line.code, line)
    return list(found.values())


def lacking(wanted: Collection[LineFile]) -> list[LineFile]:
    """Those that do not stand yet, by their code."""
    standing = set(CreditLine.objects.filter(code__in=[one.code for one in wanted]).values_list("code", flat=True))
    return [one for one in wanted if one.code not in standing]


def open_lines(wanted: Collection[LineFile], *, actor: str, origin: str) -> None:
    """Opens lines with their stages, an event each."""
    areas, owners = dict(Area.objects.values_list("code", "id")), dict(Unit.objects.values_list("code", "id"))
    for one in wanted:
        lines.open_line(
            code=one.code, name=one.name, year=one.year, kind=one.kind, approved=one.approved,
            area_id=areas.get(one.area), owner_id=owners.get(one.owner), stages=one.stages, source=one.source,
            actor=actor, channel="command", origin=origin,
        )  # fmt: skip


def _line(row: Row, areas: Collection[str], units: Collection[str], today: date) -> LineFile:
    year = _year(row, today)
    area, owner = row.code("area", needed=False), row.code("owner", needed=False)
    if area and area not in areas:
        row.wrong(f"area “{area}” is no area of areas.csv")
    if owner and owner not in units:
        row.wrong(f"owner “{owner}” is no unit of units.csv")
    approved = row.whole("approved", 1, 10**18) or 1
    stages = tuple(stage for text in row.items("stages") if (stage := _stage(row, latin(text), year, today)))
    if sum(stage.amount for stage in stages) > approved:
        row.wrong("the stages are more than was approved")
    return LineFile(
        row.code("code"), row.text("name", needed=True), year, row.choice("kind", tuple(lines.KINDS)), approved, area,
        owner, stages, row.text("source"),
    )  # fmt: skip


def _year(row: Row, today: date) -> int:
    year = row.whole("year", -5, LAST_YEAR)
    if year is None:
        row.wrong("year is empty; write a Jalali year, 0 for this one or -1 for the last")
        return int(to_jalali(today).year)
    if year <= 0:
        return int(to_jalali(today).year) + year
    if year < FIRST_YEAR:
        row.wrong(f"year “{year}” is no Jalali year")
        return FIRST_YEAR
    return year


def _stage(row: Row, text: str, year: int, today: date) -> Stage | None:
    found = _STAGE.fullmatch(text)
    if found is None:
        row.wrong(f"stages: “{text}” is no stage; write 42000000000@06/15 or 42000000000@03/15>03/20:document")
        return None
    amount, month, day, given_month, given_day, document = found.groups()
    try:
        due = from_jalali(year, int(month), int(day))
        given = from_jalali(year, int(given_month), int(given_day)) if given_month else None
    except BadDate as error:
        row.wrong(f"stages: “{text}”: {error.en}")
        return None
    if given is None or given > today:
        return Stage(int(amount), due)
    return Stage(int(amount), due, int(amount), given, document or "")
