"""The people of a demo city as its entrance shows them: by what they do, a role a card, with what waits for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bina.doors.web import cases, crew, inbox, inspect_page, nav, oversight, waits, work
from bina.doors.web.admin import hub
from bina.ground.city import people
from bina.ground.city.people import Viewer
from bina.ground.city.roles import ROLES, Role


@dataclass(frozen=True, slots=True)
class One:
    """One person: who, where, and the one line of what waits for him."""

    person_id: int
    name: str
    place: str
    waits: str = ""


@dataclass(slots=True)
class Part:
    """A role with everybody who plays it; a part with an address is nobody's: a page for everyone."""

    role: str
    icon: str
    say: str
    people: list[One] = field(default_factory=list)
    href: str = ""

    @property
    def others(self) -> list[One]:
        """All but the first, who stands on the card."""
        return self.people[1:]


@dataclass(frozen=True, slots=True)
class Act:
    """What a group of roles does for the city."""

    verb: str
    say: str
    parts: list[Part]


_ACTS: tuple[tuple[str, str, tuple[tuple[Role, str], ...]], ...] = (
    (
        "می‌شنود",
        "مرکز ۱۳۷، شبانه‌روز.",
        (
            (Role.OPERATOR, "phone"),
            (Role.DUTY_OFFICER, "alert"),
            (Role.SHIFT_SUPERVISOR, "clock"),
            (Role.FOLLOWUP_EXPERT, "repeat"),
            (Role.SUPERVISOR_137, "merge"),
            (Role.CENTER_MANAGER, "people"),
        ),
    ),
    (
        "انجام می‌دهد",
        "و سند می‌آورد.",
        (
            (Role.UNIT_HEAD, "unit"),
            (Role.LIAISON, "inbox"),
            (Role.FIELD_OFFICER, "pin"),
            (Role.CREW, "truck"),
            (Role.INSPECTOR, "clip"),
        ),
    ),
    (
        "تصمیم می‌گیرد",
        "و پاسخ‌گوست.",
        (
            (Role.DISTRICT_MAYOR, "flag"),
            (Role.UPPER_MANAGER, "up"),
            (Role.OFFICE, "letter"),
            (Role.FINANCE, "sheet"),
            (Role.BUDGET_MANAGER, "coin"),
            (Role.ANALYST, "chart"),
        ),
    ),
    (
        "نگه می‌دارد",
        "بی‌برنامه‌نویس.",
        ((Role.ADMIN, "gear"), (Role.PUBLISHER, "chat"), (Role.AUDITOR, "lock")),
    ),
)
CITIZEN = Part("شهروند", "look", "یک دقیقه گزارش دهید، یک کد بگیرید، خبر راست بشنوید.")

# What waits for the holder of a role, in one line; a role without one shows none. A door's page adds its own.
WAITS: dict[Role, Callable[[Viewer], str]] = {
    Role.OPERATOR: waits.operator,
    Role.DUTY_OFFICER: waits.duty_officer,
    Role.SHIFT_SUPERVISOR: waits.shift_supervisor,
    Role.FINANCE: waits.credit,
    Role.BUDGET_MANAGER: waits.credit,
    Role.ANALYST: waits.analyst,
    Role.PUBLISHER: waits.publisher,
    Role.AUDITOR: waits.auditor,
    Role.FOLLOWUP_EXPERT: work.waits,
    Role.SUPERVISOR_137: oversight.waits,
    Role.UNIT_HEAD: inbox.waits,
    Role.LIAISON: inbox.waits,
    Role.UPPER_MANAGER: inbox.waits,
    Role.OFFICE: inbox.waits,
    Role.INSPECTOR: inspect_page.waits,
    Role.CREW: crew.waits,
    Role.FIELD_OFFICER: crew.waits,
    Role.DISTRICT_MAYOR: cases.waits,
    Role.CENTER_MANAGER: cases.waits,
    Role.ADMIN: hub.waits,
}


def acts() -> list[Act]:
    """Everybody of the city, grouped by what they do; a role that nobody holds is left out."""
    holders: dict[Role, list[One]] = {}
    for person in people.entrance():
        holders.setdefault(person.role, []).append(One(person.person_id, person.name, person.place))
    shown = [_citizen()] if nav.place("report") else []
    for verb, say, roles in _ACTS:
        parts = [_part(role, icon, holders[role]) for role, icon in roles if role in holders]
        if parts:
            shown.append(Act(verb, say, parts))
    return shown


def _citizen() -> Act:
    part = Part(CITIZEN.role, CITIZEN.icon, CITIZEN.say, href=nav.place("report"))
    return Act("می‌بیند", "شهر را هر روز می‌بیند و می‌گوید.", [part])


def _part(role: Role, icon: str, held: list[One]) -> Part:
    first, words = held[0], ROLES[role]
    line = WAITS.get(role)
    if line is not None:
        first = One(first.person_id, first.name, first.place, line(people.viewer(first.person_id)))
    return Part(words.fa, icon, words.does, [first, *held[1:]])
