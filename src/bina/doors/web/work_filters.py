"""The filters of the staff's lists: read from the address, applied, said in words, and written back as an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from bina.doors.web.case_fields import unit_choices
from bina.doors.web.hands import OWNERS
from bina.doors.web.when import zone_of
from bina.flow.cases import queries
from bina.flow.cases.moves import OPEN, STATE_FA, State
from bina.flow.cases.queries import Filters
from bina.ground.catalogue import subjects
from bina.ground.city import installation, places, units
from bina.ground.city.dated import this_day
from bina.ground.city.people import Viewer
from bina.ground.sla.version import per_version
from bina.ground.text.digits import latin, persian
from bina.ground.text.jalali import local_day

TEXT_MAX = 200
DUE = {"late": "گذشته", "today": "تا پایان امروز", "week": "تا هفت روز دیگر"}
HANDS = {name: word for name, word in OWNERS.items() if name not in ("plan", "unknown")}
LABELS = {
    "q": "واژه", "state": "حالت", "group": "گروه موضوع", "subject": "موضوع", "district": "منطقه", "unit": "واحد",
    "hands": "اکنون نزد", "due": "مهلت واحد", "again": "پیگیری مجدد",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One filter that is set: what it is, its value in words, the address without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed by, as the address says it; empty means any. Whatever it cannot mean is left out."""

    q: str = ""
    state: str = ""
    group: str = ""
    subject: str = ""
    district: str = ""
    unit: str = ""
    hands: str = ""
    due: str = ""
    again: str = ""

    @property
    def query(self) -> str:
        """The part of an address that says this filter."""
        return urlencode({f.name: value for f in fields(self) if (value := getattr(self, f.name))})

    def tokens(self) -> list[Token]:
        """The filters that are set, in words, each with the address that drops it."""
        return [
            Token(label, self._value(name), replace(self, **{name: ""}).query)
            for name, label in LABELS.items()
            if getattr(self, name)
        ]

    def words(self) -> str:
        """The filter in a sentence, for the head of a printed page or a sheet; empty when nothing is narrowed."""
        return "، ".join(f"{token.label}: {token.value}" for token in self.tokens())

    def _value(self, name: str) -> str:
        value: str = getattr(self, name)
        if name == "q":
            return f"«{value}»"
        if name == "again":
            return f"{persian(value)} بار یا بیشتر"
        if name == "state":
            return STATE_FA[State(value)]
        if name == "hands":
            return HANDS[value]
        if name == "due":
            return DUE[value]
        row = {"group": _group, "subject": subjects.by_code, "district": places.area_by_code,
               "unit": units.by_code}[name](value)  # fmt: skip
        return row.name if row else value

    def narrow(self, cases: Any, now: datetime) -> Any:
        """The cases that pass."""
        return queries.narrowed(cases, self.filters(now))

    def filters(self, now: datetime) -> Filters:
        """The same as the flow reads it."""
        subject = subjects.by_code(self.subject) if self.subject else None
        area, unit = places.area_by_code(self.district), units.by_code(self.unit)
        ids = tuple(s.id for s in subjects.in_group(self.group)) if self.group else None
        since, until = _due(self.due, now)
        return Filters(
            state=self.state or None, text=self.q, subject_id=subject.id if subject else None, subject_ids=ids,
            district_id=area.id if area else None, unit_id=unit.id if unit else None, hands=self.hands or None,
            due_from=since, due_until=until, recontacts=int(self.again or 0),
        )  # fmt: skip


def read(given: Mapping[str, str]) -> Wanted:
    """The filters that an address names; values that name nothing are left out."""
    value = {name: " ".join(given.get(name, "")[:TEXT_MAX].replace("\0", " ").split()) for name in LABELS}
    again = latin(value["again"])
    return Wanted(
        q=value["q"],
        state=value["state"] if value["state"] in OPEN else "",
        group=value["group"] if _group(value["group"]) else "",
        subject=value["subject"] if subjects.by_code(value["subject"]) else "",
        district=value["district"] if places.area_by_code(value["district"]) in places.districts() else "",
        unit=value["unit"] if units.by_code(value["unit"]) else "",
        hands=value["hands"] if value["hands"] in HANDS else "",
        due=value["due"] if value["due"] in DUE else "",
        again=again if again.isascii() and again.isdigit() and 0 < int(again) < 1000 else "",
    )


def _group(code: str) -> Any:
    return next((g for g in subjects.groups() if g.code == code), None)


def midnight(now: datetime) -> datetime:
    """The end of the city's day."""
    zone = installation.current().zone
    return datetime.combine(local_day(now, zone) + timedelta(days=1), time.min, zone_of(zone))


def _due(due: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    tonight = midnight(now)
    return {
        "late": (None, now), "today": (now, tonight), "week": (now, tonight + timedelta(days=7)),
    }.get(due, (None, None))  # fmt: skip


def areas_of(viewer: Viewer) -> set[int] | None:
    """The districts that a person's rights reach, None for the whole city."""
    from bina.flow.cases.access import ALL, DISTRICT, SEES

    reach: set[int] = set()
    for right in viewer.rights:
        how = SEES.get(right.role)
        if how == ALL or (how == DISTRICT and right.area_id is None):
            return None
        if right.area_id is not None and how is not None:
            reach.add(right.area_id)
    return reach


def beyond(wanted: Wanted, viewer: Viewer) -> list[str]:
    """What a filter asks for and this person may not see, in words: districts, and units of other districts."""
    mine = areas_of(viewer)
    if mine is None:
        return []
    area = places.area_by_code(wanted.district) if wanted.district else None
    unit = units.by_code(wanted.unit) if wanted.unit else None
    asked = [row.name for row in (area,) if row and row.id not in mine]
    if unit is not None and unit.area_id is not None and not mine.intersection({unit.area_id, _parent(unit.area_id)}):
        asked.append(unit.name)
    return asked


def _parent(area_id: int) -> int:
    row = places.area(area_id)
    return row.parent_id or 0 if row else 0


def choices(viewer: Viewer, wanted: Wanted) -> dict[str, Any]:
    """What the form of filters offers this person, what is wanted chosen."""
    mine = areas_of(viewer)
    districts = [d for d in places.districts() if mine is None or d.id in mine]
    one = districts[0].id if len(districts) == 1 else None
    return {
        "states": [(str(s), STATE_FA[s]) for s in OPEN],
        "districts": districts if len(districts) > 1 else [],
        "group_options": _groups(this_day(), wanted.group),
        "subject_options": _subjects(this_day(), wanted.subject),
        "unit_options": _units(this_day(), one, wanted.unit),
        "dues": list(DUE.items()),
        "owners": list(HANDS.items()),
        "agains": [(str(n), f"{persian(n)} بار یا بیشتر") for n in (1, 2, 3, 5)],
    }


# The long lists of the form, written once a day and choice: in a template they cost as much as the list of cases.
@per_version
def _groups(day: date, chosen: str) -> SafeString:
    return _options([(g.code, g.name) for g in subjects.groups()], chosen)


@per_version
def _subjects(day: date, chosen: str) -> SafeString:
    found = (
        (g.name, _options([(s.code, s.name) for s in subjects.in_group(g.code)], chosen)) for g in subjects.groups()
    )
    return format_html_join("", '<optgroup label="{}">{}</optgroup>', found)


@per_version
def _units(day: date, district_id: int | None, chosen: str) -> SafeString:
    found = ((word, _options(rows, chosen)) for word, rows in unit_choices(district_id)[1:])
    return format_html_join("", '<optgroup label="{}">{}</optgroup>', found)


def _options(rows: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    plain, selected = '<option value="{}">{}</option>', '<option value="{}" selected>{}</option>'
    return format_html_join("", "{}", ((format_html(selected if code == chosen else plain, code, name),)
                                       for code, name in rows))  # fmt: skip
