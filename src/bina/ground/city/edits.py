"""What an administrator changes by hand of people, rights, desks and units; each gives what stands before and after.

The state of a thing is plain JSON with codes and dates as text, so that two readings can be compared and told.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from bina.ground.city.dated import in_force
from bina.ground.city.installation import today
from bina.ground.city.models import Desk, DeskHolder, Former, Person, Right, Unit
from bina.ground.city.roles import ROLES, Reach, Role
from bina.ground.sla import version
from bina.ground.text.errors import TextError
from bina.ground.text.letters import one_line

PRIVATE = ("name", "phone", "email", "username")  # of a person: never in an event
UNIT_FIELDS = ("name", "name_en", "phone", "calendar_code")


class BadEdit(TextError):
    """A change that cannot be; the sentence says why, `field` where."""

    def __init__(self, field: str, fa: str, en: str) -> None:
        super().__init__(fa, en)
        self.field = field


def person_state(person_id: int) -> dict[str, Any]:
    """A person: account, rights and desks with their days; empty for an unknown one."""
    row = Person.objects.filter(pk=person_id).first()
    if row is None:
        return {}
    rights = Right.objects.filter(person_id=person_id).select_related("unit", "area").order_by("pk")
    held = DeskHolder.objects.filter(person_id=person_id).select_related("desk").order_by("pk")
    return {
        "username": row.username, "name": row.name, "phone": row.phone, "email": row.email, "active": row.is_active,
        "password": row.has_usable_password(),
        "rights": [
            [r.role, r.unit.code if r.unit else "", r.area.code if r.area else "", r.sensitivity, *_days(r)]
            for r in rights
        ],
        "desks": [[h.desk.code, *_days(h)] for h in held],
    }  # fmt: skip


def desk_state(code: str) -> dict[str, Any]:
    """A desk and who holds it from when to when."""
    held = DeskHolder.objects.filter(desk__code=code).order_by("pk")
    return {"holders": [[h.person_id, *_days(h)] for h in held]}


def unit_state(code: str) -> dict[str, Any]:
    """What can be changed of a unit by hand; empty for an unknown one."""
    row = Unit.objects.filter(code=code).first()
    return {name: getattr(row, name) for name in UNIT_FIELDS} if row is not None else {}


def change_unit(code: str, values: dict[str, Any]) -> None:
    """Changes a unit's name, telephone or calendar from today; what it said before is kept."""
    row = Unit.objects.select_for_update().get(code=code)
    keep_former("unit", code, unit_state(code), row)
    for name in UNIT_FIELDS:
        if name in values:
            setattr(row, name, values[name])
    row.valid_from = max(row.valid_from, today())
    row.save()
    version.bump()


def keep_former(what: str, key: str, state: dict[str, Any], row: Any) -> None:
    """Keeps what a row said until today."""
    Former.objects.create(
        what=what, key=key, row=state, valid_from=row.valid_from, valid_to=max(row.valid_from, today())
    )


def change_person(person_id: int, *, name: str, phone: str, email: str) -> None:
    """Changes a person's name, telephone and address."""
    Person.objects.filter(pk=person_id).update(name=one_line(name), phone=phone, email=email)
    version.bump()


def end_person(person_id: int, *, on: date) -> None:
    """A colleague leaves: `on` is the first day without his rights and desks; from then on he cannot sign in."""
    for row in [*Right.objects.filter(person_id=person_id), *DeskHolder.objects.filter(person_id=person_id)]:
        if row.valid_to is None or row.valid_to > on:
            row.valid_to = max(row.valid_from, on)
            row.save(update_fields=["valid_to"])
    if on <= today():
        person = Person.objects.get(pk=person_id)
        person.is_active = False
        person.set_unusable_password()
        person.save(update_fields=["is_active", "password"])
    version.bump()
    _an_administrator_stays(on)


def bring_back(person_id: int) -> None:
    """Somebody who left works here again: without rights or desks until they are given, with a new password."""
    Person.objects.filter(pk=person_id).update(is_active=True)
    version.bump()


def take_password(person_id: int) -> None:
    """The password counts no more and all sessions end, so that a one-time link can set a new one."""
    person = Person.objects.get(pk=person_id)
    person.set_unusable_password()
    person.save(update_fields=["password"])


def add_right(
    person_id: int, role: Role, *, unit_id: int | None, area_id: int | None, sensitivity: int, since: date,
    until: date | None,
) -> int:  # fmt: skip
    """Gives a right over a span of days (`until`: the first without it); BadEdit where role and place do not fit."""
    reach = ROLES[role].reach
    if reach == Reach.UNIT and unit_id is None:
        raise BadEdit("unit", f"نقش «{ROLES[role].fa}» برای یک واحد است؛ واحد را برگزینید.", "The role needs a unit.")
    if reach == Reach.CITY and area_id is not None:
        raise BadEdit("area", f"نقش «{ROLES[role].fa}» برای همهٔ شهر است؛ منطقه را خالی بگذارید.", "No area here.")
    _check_days(since, until)
    same = Right.objects.filter(person_id=person_id, role=str(role), unit_id=unit_id, area_id=area_id)
    if same.filter(Q(valid_to=None) | Q(valid_to__gt=since)).filter(sensitivity__gte=sensitivity).exists():
        raise BadEdit("role", "این شخص همین نقش را هم‌اکنون دارد.", "This person has this right already.")
    row = Right.objects.create(
        person_id=person_id, role=str(role), unit_id=unit_id, area_id=area_id, sensitivity=sensitivity,
        valid_from=since, valid_to=until,
    )  # fmt: skip
    version.bump()
    return int(row.pk)


def end_right(right_id: int, *, on: date) -> None:
    """Ends a right: `on` is the first day without it. The last administrator's cannot end."""
    row = Right.objects.select_for_update().get(pk=right_id)
    row.valid_to = max(row.valid_from, on)
    row.save(update_fields=["valid_to"])
    version.bump()
    _an_administrator_stays(on)


def give_desk(code: str, person_id: int, *, since: date, until: date | None, instead_of: int | None = None) -> None:
    """Gives a desk over a span of days; `instead_of`: a holder who pauses over it (leave) and returns after it."""
    _check_days(since, until)
    desk = Desk.objects.select_for_update().get(code=code)
    held = DeskHolder.objects.filter(desk=desk)
    over = held.filter(Q(valid_to=None) | Q(valid_to__gt=since))
    if until is not None:
        over = over.filter(valid_from__lt=until)
    if over.filter(person_id=person_id).exists():
        raise BadEdit("person", "این شخص در همین روزها میز را دارد.", "This person holds the desk then already.")
    if instead_of is not None:
        pausing = over.filter(person_id=instead_of).first()
        if pausing is None:
            raise BadEdit("instead_of", "این شخص در آن روزها میز را ندارد.", "This person does not hold the desk then.")
        _pause(pausing, since, until)
    _hold(desk, person_id, since, until)
    version.bump()


def end_holder(holder_id: int, *, on: date) -> None:
    """Ends somebody's holding of a desk: `on` is the first day without it."""
    row = DeskHolder.objects.select_for_update().get(pk=holder_id)
    row.valid_to = max(row.valid_from, on)
    row.save(update_fields=["valid_to"])
    version.bump()


def _pause(row: DeskHolder, since: date, until: date | None) -> None:
    end = row.valid_to
    if until is not None and (end is None or end > until):
        _hold(row.desk, row.person_id, until, end)
    row.valid_to = max(row.valid_from, since)
    row.save(update_fields=["valid_to"])


def _hold(desk: Desk, person_id: int, since: date, until: date | None) -> None:
    # A holding that was ended on the day it began leaves its row, which the new one takes over.
    DeskHolder.objects.update_or_create(
        desk=desk, person_id=person_id, valid_from=since, defaults={"valid_to": until}
    )  # fmt: skip


def _an_administrator_stays(on: date) -> None:
    rights = Right.objects.filter(role=str(Role.ADMIN), person__is_active=True)
    for day in {on, today()}:
        if not any(in_force(right, day) for right in rights):
            raise BadEdit(
                "", "دست‌کم یک مدیر سامانه باید بماند؛ نخست این نقش را به دیگری بدهید.", "One administrator must stay."
            )


def _check_days(since: date, until: date | None) -> None:
    if since < today():
        raise BadEdit("since", "آغاز باید امروز یا پس از امروز باشد.", "The beginning must not lie before today.")
    if until is not None and until <= since:
        raise BadEdit(
            "until", "پایان باید همان روز آغاز یا پس از آن باشد.", "The end must not lie before the beginning."
        )


def _days(row: Any) -> list[str]:
    return [row.valid_from.isoformat(), row.valid_to.isoformat() if row.valid_to else ""]
