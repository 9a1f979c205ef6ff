"""The people who work with the system: who somebody is, what he may, who looked at personal data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bina.ground.city import installation, places, units
from bina.ground.city.dated import epoch, standing
from bina.ground.city.models import Look, Person, Right
from bina.ground.city.roles import ROLES, Reach, Role
from bina.ground.sla import clock, version
from bina.ground.sla.version import per_version


@dataclass(frozen=True, slots=True)
class RightRow:
    """One right: a role over what its reach says (a unit, a district, else the whole city), up to a sensitivity (0..2).

    A role of a district or of the city may name its holder's unit too, a role of a unit the unit's area.
    """

    id: int
    person_id: int
    role: Role
    unit_id: int | None
    area_id: int | None
    sensitivity: int
    valid_from: date
    valid_to: date | None

    @property
    def place(self) -> str:
        """Where the right holds: the name of the unit or the district; empty for the whole city."""
        reach = ROLES[self.role].reach
        if reach == Reach.UNIT and self.unit_id:
            unit = units.by_id(self.unit_id)
            return unit.name if unit else ""
        area = places.area(self.area_id) if reach == Reach.DISTRICT and self.area_id else None
        return area.name if area else ""

    @property
    def words(self) -> str:
        """The role with its place: «کارشناس پیگیری، منطقه سه»."""
        return "، ".join(part for part in (ROLES[self.role].fa, self.place) if part)


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person with the rights he has today: what every access function asks."""

    person_id: int
    name: str
    rights: tuple[RightRow, ...]


@dataclass(frozen=True, slots=True)
class EntrancePerson:
    """One of a demo city's people on the entrance page; `front` marks the first of each role."""

    person_id: int
    name: str
    role: Role
    role_name: str
    place: str
    does: str
    front: bool


class NameTaken(ValueError):
    """Another person already signs in by this name."""


def viewer(person_id: int) -> Viewer:
    """A person with today's rights; one who left, or is unknown, has none."""
    name, active, _ = _known(person_id)
    if not active:
        return Viewer(person_id, name, ())
    return _viewer(person_id, epoch("city.Right"))


def person(person_id: int | str) -> Person | None:
    """The account of a person by id (a text of digits will do), for signing in; None for any other value."""
    text = str(person_id)
    return Person.objects.filter(pk=int(text)).first() if text.isascii() and text.isdigit() and len(text) < 19 else None


def by_username(username: str) -> Person | None:
    """The account of the name somebody signs in with."""
    return Person.objects.filter(username=username).first()


def names(person_ids: Iterable[int]) -> dict[int, str]:
    """The names of people by id."""
    return dict(Person.objects.filter(pk__in=set(person_ids)).values_list("pk", "name"))


def of_unit(unit_id: int) -> tuple[RightRow, ...]:
    """The rights over a unit that hold today, of people who work here."""
    return tuple(right for right in _standing(epoch("city.Right")) if right.unit_id == unit_id)


def of_role(role: Role, area_id: int | None = None) -> tuple[RightRow, ...]:
    """The rights of a role that hold today, for the whole city and, if one is given, for a district."""
    rows = _standing(epoch("city.Right"))
    return tuple(
        right for right in rows if right.role == role and (area_id is None or right.area_id in (None, area_id))
    )


def entrance() -> list[EntrancePerson]:
    """Everybody a demo's visitor can be, in the order of the roles; a person stands once, by his first right."""
    order = {role: place for place, role in enumerate(ROLES)}
    seen: set[int] = set()
    rows: list[EntrancePerson] = []
    fronts: set[Role] = set()
    rights = sorted(_standing(epoch("city.Right")), key=lambda right: right.id)
    called = names(right.person_id for right in rights)
    for right in rights:
        if right.person_id in seen:
            continue
        seen.add(right.person_id)
        words = ROLES[right.role]
        rows.append(
            EntrancePerson(
                right.person_id, called[right.person_id], right.role, words.fa, right.place, words.does,
                right.role not in fronts,
            )
        )  # fmt: skip
        fronts.add(right.role)
    return sorted(rows, key=lambda row: order[row.role])


def add(*, username: str, name: str, phone: str = "", email: str = "") -> int:
    """Adds a person who cannot sign in until a password is set; NameTaken if the name is another's. Gives the id."""
    if Person.objects.filter(username=username).exists():
        raise NameTaken(f"«{username}» نام ورود شخص دیگری است؛ نام دیگری برگزینید.")
    row = Person(username=username, name=name, phone=phone, email=email)
    row.set_unusable_password()
    row.save(force_insert=True)
    version.bump()
    return int(row.pk)


def set_password(person_id: int, password: str) -> None:
    """Sets the password a person signs in with."""
    row = Person.objects.get(pk=person_id)
    row.set_password(password)
    row.save(update_fields=["password"])


def give_right(
    person_id: int,
    role: Role,
    *,
    unit_id: int | None = None,
    area_id: int | None = None,
    sensitivity: int = 0,
    on: date | None = None,
) -> int:
    """Gives a right from a day on (by default today); one that stands the same is kept. Gives the right's id."""
    day = on if on is not None else installation.today()
    same = Right.objects.filter(
        person_id=person_id, role=str(role), unit_id=unit_id, area_id=area_id, sensitivity=sensitivity, valid_to=None
    ).first()
    if same is not None and same.valid_from <= day:
        return int(same.pk)
    row = Right.objects.create(
        person_id=person_id, role=str(role), unit_id=unit_id, area_id=area_id, sensitivity=sensitivity, valid_from=day
    )
    version.bump()
    return int(row.pk)


def end_right(right_id: int, *, on: date | None = None) -> None:
    """Ends a right: it no longer holds on that day (by default today)."""
    row = Right.objects.get(pk=right_id)
    row.valid_to = max(row.valid_from, on if on is not None else installation.today())
    row.save(update_fields=["valid_to"])
    version.bump()


def look(*, person_id: int | None, actor: str, what: str, case_id: int | None = None, reason: str = "") -> None:
    """Writes down that somebody looked at personal data: who, at what, of which case, why."""
    Look.objects.create(person_id=person_id, actor=actor, case_id=case_id, what=what, reason=reason, at=clock.now())


def looks(case_id: int) -> list[Look]:
    """Who looked at the personal data of a case, the latest first."""
    return list(Look.objects.filter(case_id=case_id).select_related("person").order_by("-at", "-id"))


@per_version
def _known(person_id: int) -> tuple[str, bool, tuple[RightRow, ...]]:
    row = Person.objects.filter(pk=person_id).values_list("name", "is_active").first()
    if row is None:
        return "", False, ()
    return row[0], row[1], tuple(r for r in _rights() if r.person_id == person_id)


@per_version
def _viewer(person_id: int, day: date) -> Viewer:
    name, _, rights = _known(person_id)
    return Viewer(person_id, name, standing(rights, day))


@per_version
def _rights() -> tuple[RightRow, ...]:
    rows = Right.objects.filter(person__is_active=True).order_by("id")
    return tuple(
        RightRow(r.pk, r.person_id, Role(r.role), r.unit_id, r.area_id, r.sensitivity, r.valid_from, r.valid_to)
        for r in rows
    )


@per_version
def _standing(day: date) -> tuple[RightRow, ...]:
    return standing(_rights(), day)
