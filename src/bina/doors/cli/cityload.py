"""`./bina city FOLDER`: brings the database to what a city's folder says, and shows first what would change."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from bina.doors.cli.refusal import Refused
from bina.flow.cases import deadlines
from bina.flow.cases.streams import append
from bina.flow.credit import pack as credit
from bina.ground.catalogue import pack as catalogue
from bina.ground.catalogue import subjects
from bina.ground.city import hours, installation, pack, staff, sync
from bina.ground.city.folder import Folder, WrongFolder
from bina.ground.city.pack import CityFile
from bina.ground.city.sync import CHANGED, NEW, Change, Table, Wanted
from bina.ground.sla import clock, version

__all__ = ["Change", "WrongFolder", "code_of", "load", "run"]

SHOWN = 40  # changes printed of one kind before the rest is only counted


@dataclass
class Plan:
    """A folder that was read without fault: the city, working time, tables in the order of their links, people."""

    city: CityFile
    working: hours.Working
    tables: list[tuple[Table, list[Wanted]]]
    people: staff.Staff = field(default_factory=staff.Staff)
    lines: list[credit.LineFile] = field(default_factory=list)


def load(folder: Path, *, apply: bool = True, demo: bool = False, shapes: Path | None = None) -> list[Change]:
    """Brings the city in the database to what a folder says, in one transaction; gives what changed, [] if nothing.

    Makes the installation if there is none (`demo`: of a demo city, with the people of demo/people.csv). Rows that no
    longer stand in a file are ended from today, changed ones keep their id; a file that is absent is left alone.
    `shapes`: a GeoJSON file elsewhere in the place of shapes.geojson. With `apply=False` nothing is written.
    Raises WrongFolder with everything that is wrong, OtherInstallation when the database is another city's.
    """
    with transaction.atomic():
        plan = read(folder, demo=demo, shapes=shapes)
        fresh = not installation.exists()
        on = clock.today(plan.city.zone)
        began = plan.city.valid_from if fresh else on
        told = _installation(plan.city, demo)
        working = hours.compare_working(plan.working)
        tables = [(table, sync.compare(table, wanted, on=on)) for table, wanted in plan.tables]
        people = staff.compare_staff(plan.people)
        lines = credit.lacking(plan.lines)
        opened = [Change("credit line", one.code, NEW, {}, {"name": one.name}) for one in lines]
        changes = [*told, *working, *(change for _, some in tables for change in some), *people, *opened]
        if apply and changes:
            _write(plan, told, working, tables, people, on=on, began=began, demo=demo)
            credit.open_lines(lines, actor="admin:command", origin="demo" if demo else "live")
            version.bump()
    return changes


def read(folder: Path, *, demo: bool, shapes: Path | None = None) -> Plan:
    """Reads and checks a city's folder; WrongFolder with everything that is wrong with it."""
    source = Folder(folder)
    if not folder.is_dir():
        source.tell(str(folder), 0, "is no folder")
        raise WrongFolder(source.wrongs)
    city = pack.read_city(source)
    if city is None:
        raise WrongFolder(source.wrongs)
    working = hours.read_working(source, city.zone)
    calendars = {*working.calendars} if source.has(hours.CALENDARS) else hours.calendar_codes()
    areas = pack.read_areas(source, pack.read_shapes(source, city, shapes))
    units = pack.read_units(source, areas, calendars)
    kinds = {want.values["code"]: want.values["kind"] for want in areas}
    codes = {want.values["code"] for want in units}
    groups = catalogue.read_groups(source) if source.has(catalogue.GROUP_FILE) else None
    known = {w.values["code"] for w in groups} if groups is not None else {row.code for row in subjects.groups()}
    owners = catalogue.Owners(codes, [code for code, kind in kinds.items() if kind == "district"])
    desks = pack.read_desks(source, areas, known) if source.has(pack.DESK_FILE) else None
    topics = catalogue.read_subjects(source, known, owners) if source.has(catalogue.SUBJECT_FILE) else None
    named = {w.values["code"] for w in topics} if topics is not None else {row.code for row in subjects.all()}
    tables = [
        (pack.AREAS, areas),
        (pack.UNITS, units),
        (pack.CREWS, pack.read_crews(source, areas, units) if source.has(pack.CREW_FILE) else None),
        (pack.DESKS, desks),
        (pack.STREETS, pack.read_streets(source, areas) if source.has(pack.STREET_FILE) else None),
        (catalogue.GROUPS, groups),
        (catalogue.SUBJECTS, topics),
        (catalogue.ANSWERS, catalogue.read_answers(source, named) if source.has(catalogue.ANSWER_FILE) else None),
        (catalogue.DIVERSIONS, catalogue.read_diversions(source) if source.has(catalogue.DIVERSION_FILE) else None),
        (
            catalogue.CONSTRAINTS,
            catalogue.read_constraints(source, owners) if source.has(catalogue.CONSTRAINT_FILE) else None,
        ),
    ]
    plan = Plan(city, working, [(table, wanted) for table, wanted in tables if wanted is not None])
    if demo or (installation.exists() and installation.current().demo):
        held = {want.values["code"] for want in desks or []}
        plan.people = staff.read_staff(source, units=codes, areas=kinds, desks=held)
        plan.lines = _lines(source, credit.DEMO_FILE, kinds, codes, city.zone)
    plan.lines += _lines(source, credit.FILE, kinds, codes, city.zone)
    if source.wrongs:
        raise WrongFolder(source.wrongs)
    return plan


def _lines(
    source: Folder, file: str, areas: Collection[str], units: Collection[str], zone: str
) -> list[credit.LineFile]:
    """The credit lines of one file, none where it is absent."""
    if not source.has(file):
        return []
    return credit.read_lines(source, file, areas=areas, units=units, today=clock.today(zone))


def code_of(folder: Path) -> str:
    """The code of the city that a folder describes; WrongFolder if its city.toml does not say."""
    source = Folder(folder)
    city = pack.read_city(source)
    if city is None:
        raise WrongFolder(source.wrongs)
    return city.code


def _installation(city: CityFile, demo: bool) -> list[Change]:
    """What would change of the installation itself; OtherInstallation when it cannot become this city."""
    after = {"name": city.name, "name_en": city.name_en, "zone": city.zone, "area_code": city.area_code}
    if not installation.exists():
        return [Change("city", city.code, NEW, {}, after)]
    here = installation.current()
    if here.code != city.code:
        raise installation.OtherInstallation(
            f"This database is the city {here.name} ({here.code}); “{city.name}” ({city.code}) needs one of its own."
        )
    if demo and not here.demo:
        raise installation.OtherInstallation(f"{here.name} ({here.code}) in this database is no demo city.")
    if (here.origin_lat_e6, here.origin_lon_e6) != (city.origin_lat_e6, city.origin_lon_e6):
        raise installation.OtherInstallation(
            "city.toml moves origin_lat or origin_lon; the places of all cases are reckoned from it. Put it back to "
            f"{here.origin_lat_e6 / 1e6}, {here.origin_lon_e6 / 1e6}."
        )
    differ = [key for key, value in after.items() if getattr(here, key) != value]
    before = {key: getattr(here, key) for key in differ}
    return [Change("city", city.code, CHANGED, before, {key: after[key] for key in differ})] if differ else []


def _write(
    plan: Plan,
    told: list[Change],
    working: list[Change],
    tables: list[tuple[Table, list[Change]]],
    people: list[Change],
    *,
    on: date,
    began: date,
    demo: bool,
) -> None:
    city = plan.city
    names = {"name": city.name, "name_en": city.name_en, "zone": city.zone, "area_code": city.area_code}
    if told and told[0].kind == NEW:
        origin = {"origin_lat_e6": city.origin_lat_e6, "origin_lon_e6": city.origin_lon_e6}
        installation.create(code=city.code, demo=demo, **names, **origin)  # type: ignore[arg-type]
    elif told:
        installation.rename(**names)
    hours.carry_out_working(plan.working, working, by="city folder")
    for table, changes in tables:
        sync.carry_out(table, changes, on=on, began=began)
    staff.carry_out_staff(people, began=began)


def run(argv: list[str]) -> int:
    """Shows what a folder would change, asks, and loads it."""
    parser = argparse.ArgumentParser(prog="bina city", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a city's folder, such as cities/mashhad")
    parser.add_argument("--yes", action="store_true", help="load it without asking")
    parser.add_argument("--show", action="store_true", help="show what would change and stop")
    parser.add_argument("--shapes", type=Path, metavar="FILE", help="GeoJSON of the areas, if not shapes.geojson")
    given = parser.parse_args(argv)
    try:
        changes = load(given.folder, apply=False, shapes=given.shapes)
        print(told(changes))
        if not changes or given.show or not (given.yes or _agreed(len(changes))):
            return 0
        with transaction.atomic():
            load(given.folder, shapes=given.shapes)
            tables = sorted({change.what for change in changes})
            told_of: dict[str, Any] = {"tables": tables, "changes": len(changes), "version": version.current()}
            append("city", CITY, "changed", actor="admin:command", channel="command", **told_of)
            version.check(told_of["version"])
            moved = deadlines.recalculate(why="city_changed")
    except WrongFolder as error:
        raise Refused(f"{given.folder} cannot be loaded; nothing was changed.\n{error}") from None
    except installation.OtherInstallation as error:
        raise Refused(str(error)) from None
    print(f"Done: {len(changes)} changes; the unit's deadline of {moved} open cases moved.")
    return 0


CITY = 1  # an installation is one city, so its stream has one number


def told(changes: list[Change]) -> str:
    """The changes in words, a line each; of many of one kind the first, and how many more."""
    if not changes:
        return "Nothing would change."
    lines = []
    many = Counter((change.what, change.kind) for change in changes)
    shown: Counter[tuple[str, str]] = Counter()
    for change in changes:
        sort = (change.what, change.kind)
        shown[sort] += 1
        if shown[sort] <= SHOWN:
            lines.append(str(change))
        if shown[sort] == many[sort] > SHOWN:
            lines.append(f"  … and {many[sort] - SHOWN} more: {change.what}, {change.kind}")
    lines.append("; ".join(f"{count} {what} {kind}" for (what, kind), count in many.items()))
    return "\n".join(lines)


def _agreed(count: int) -> bool:
    if not sys.stdin.isatty():
        print("Nothing was changed. To load it: add --yes")
        return False
    return input(f"Load these {count} changes? [y/N] ").strip().lower() in ("y", "yes", "بله")
