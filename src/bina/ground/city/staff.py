"""What a folder's demo/people.csv says of people, their rights and their desks; it only ever adds or renames."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password

from bina.ground.city.folder import Folder, Row
from bina.ground.city.models import Area, Desk, DeskHolder, Person, Right, Unit
from bina.ground.city.roles import ROLES, Reach, Role
from bina.ground.city.sync import CHANGED, NEW, Change

PEOPLE = "demo/people.csv"
RIGHT_NAMES = ("person", "role", "unit", "area", "sensitivity")
Key = tuple[Any, ...]


@dataclass
class Staff:
    """People by username; the keys of rights (RIGHT_NAMES) and of holders (desk, username), in the file's order."""

    people: dict[str, dict[str, str]] = field(default_factory=dict)
    rights: dict[Key, None] = field(default_factory=dict)
    holders: dict[Key, None] = field(default_factory=dict)


def read_staff(folder: Folder, *, units: Collection[str], areas: Mapping[str, str], desks: Collection[str]) -> Staff:
    """demo/people.csv, one row a right; `areas` gives the kind of each. Empty where the file is absent."""
    staff = Staff()
    if not folder.has(PEOPLE):
        return staff
    columns = ("username", "name", "role", "unit", "area", "sensitivity", "desks", "phone")
    for row in folder.rows(PEOPLE, columns):
        username = _person(row, staff)
        right = _right(row, username, units, areas)
        if right in staff.rights:
            row.wrong(f"{username} has this right already in a row above")
        staff.rights[right] = None
        for desk in row.items("desks"):
            if desk not in desks:
                row.wrong(f"desk “{desk}” stands in no row of this folder")
            staff.holders[desk, username] = None
    return staff


def _person(row: Row, staff: Staff) -> str:
    """The username; on a person's further rows name, phone and email may be empty, but not others."""
    username = row.code("username")
    said = {"name": row.text("name"), "phone": row.text("phone"), "email": row.text("email")}
    known = staff.people.get(username)
    if known is None:
        if not said["name"]:
            row.wrong("name is empty")
        staff.people[username] = said
    elif any(value and value != known[column] for column, value in said.items()):
        row.wrong(f"“{username}” is {known['name']} in a row above; one username is one person")
    return username


def _right(row: Row, username: str, units: Collection[str], areas: Mapping[str, str]) -> Key:
    """A right: a role of the city or a district may name the unit its holder sits in, a unit's role its area."""
    role = row.choice("role", [str(role) for role in Role])
    unit, area = row.code("unit", needed=False) or None, row.code("area", needed=False) or None
    if unit and unit not in units:
        row.wrong(f"unit “{unit}” stands in no row of this folder")
    if area and area not in areas:
        row.wrong(f"area “{area}” stands in no row of this folder")
    reach = ROLES[Role(role)].reach if role in [str(role) for role in Role] else None
    if reach == Reach.UNIT and not unit:
        row.wrong(f"the role {role} is given for a unit")
    if reach == Reach.DISTRICT and areas.get(area or "", "district") != "district":
        row.wrong(f"the role {role} is given for a district or the whole city")
    if reach == Reach.CITY and area:
        row.wrong(f"the role {role} is given for the whole city, not an area")
    return username, role, unit, area, row.whole("sensitivity", 0, 2) or 0


def compare_staff(staff: Staff) -> list[Change]:
    """What would be added or renamed. A right or a desk given or taken by hand stays so."""
    changes = []
    known = {row.username: row for row in Person.objects.filter(username__in=staff.people)}
    for username, values in staff.people.items():
        row = known.get(username)
        if row is None:
            changes.append(Change("person", username, NEW, {}, values))
        elif differ := [f for f, value in values.items() if getattr(row, f) != value]:
            before = {f: getattr(row, f) for f in differ}
            changes.append(Change("person", username, CHANGED, before, {f: values[f] for f in differ}))
    rights = set(Right.objects.values_list("person__username", "role", "unit__code", "area__code", "sensitivity"))
    holders = set(DeskHolder.objects.values_list("desk__code", "person__username"))
    for key in staff.rights:
        if key not in rights:
            told = " ".join(str(part) for part in key[:4] if part)
            changes.append(Change("right", told, NEW, {}, dict(zip(RIGHT_NAMES, key, strict=True))))
    for desk, username in staff.holders:
        if (desk, username) not in holders:
            after = {"desk": desk, "person": username}
            changes.append(Change("desk holder", f"{desk} {username}", NEW, {}, after))
    return changes


def carry_out_staff(changes: list[Change], *, began: date) -> None:
    """Makes the changes, rights and desks from `began` on; nobody of the new people can sign in by a password."""
    made = {what: [c.after for c in changes if c.what == what] for what in ("right", "desk holder")}
    for change in changes:
        if change.what == "person" and change.kind == CHANGED:
            Person.objects.filter(username=change.key).update(**change.after)
    Person.objects.bulk_create(
        Person(username=change.key, **change.after, password=make_password(None))
        for change in changes
        if change.what == "person" and change.kind == NEW
    )
    people = dict(Person.objects.values_list("username", "pk"))
    units, areas = dict(Unit.objects.values_list("code", "pk")), dict(Area.objects.values_list("code", "pk"))
    desks = dict(Desk.objects.values_list("code", "pk"))
    Right.objects.bulk_create(
        Right(
            person_id=people[a["person"]], role=a["role"], unit_id=units[a["unit"]] if a["unit"] else None,
            area_id=areas[a["area"]] if a["area"] else None, sensitivity=a["sensitivity"], valid_from=began,
        )
        for a in made["right"]
    )  # fmt: skip
    DeskHolder.objects.bulk_create(
        DeskHolder(desk_id=desks[a["desk"]], person_id=people[a["person"]], valid_from=began)
        for a in made["desk holder"]
    )
