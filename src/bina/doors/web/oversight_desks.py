"""The load of a supervisor's desks, and giving one to a colleague for a while (مرخصی و جانشینی)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import Http404

from bina.flow.cases import changes, oversight, worklist
from bina.flow.cases.changes import Edit
from bina.ground.city import desks, edits, people, places, rolls
from bina.ground.city.dated import this_day
from bina.ground.city.people import Viewer
from bina.ground.city.roles import Role
from bina.ground.text.digits import persian
from bina.ground.text.jalali import BadDate, numeric_date, parse_date

# The needs that are shown of a desk, as the worklist sorts them, with their short words; the rest counts in the sum.
COLUMNS = (
    ("late", "خارج از مهلت"), ("risk", "در معرض"), ("results", "نتیجه"), ("silent", "واحد بی‌پاسخ"),
    ("recontacted", "پیگیری مجدد"), ("registered", "ارجاع‌نشده"),
)  # fmt: skip
PEOPLE = (Role.FOLLOWUP_EXPERT, Role.SUPERVISOR_137)
LONGEST_DAYS = 31  # longer than a leave: then the administrator gives the desk


class HandOver(forms.Form):
    """Who takes a desk, until which day, instead of whom, and why."""

    person = forms.TypedChoiceField(label="به چه کسی؟", coerce=int)
    until = forms.CharField(label="تا پایان روز", max_length=60, help_text="مانند ۱۴۰۵/۰۹/۱۵ یا «۱۵ آذر»؛ از امروز.")
    instead_of = forms.TypedChoiceField(
        label="به‌جای", coerce=int, required=False, empty_value=None,
        help_text="او تا آن روز کنار می‌رود و پس از آن خودبه‌خود برمی‌گردد.",
    )  # fmt: skip
    why = forms.CharField(label="دلیل", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, desk: desks.DeskRow, **given: Any) -> None:
        super().__init__(*args, auto_id=f"desk{desk.id}-%s", **given)
        self.desk = desk
        held = [(one.person_id, one.name) for one in desks.holders(desk.id)]
        standing = {person_id for person_id, _name in held}
        others = [one for one in colleagues(desk.area_id) if one[0] not in standing]
        self.fields["person"].choices = [("", "برگزینید"), *others]
        self.fields["instead_of"].choices = [("", "کنار دارنده‌های کنونی"), *held]
        self.initial.setdefault("until", numeric_date(this_day()))
        self.initial.setdefault("instead_of", held[0][0] if held else "")

    def clean_until(self) -> Any:
        """The first day on which the desk is as it was again."""
        try:
            last = parse_date(self.cleaned_data["until"], today=this_day())
        except BadDate as error:
            raise forms.ValidationError(error.fa) from error
        if last < this_day():
            raise forms.ValidationError("این روز گذشته است؛ امروز یا روزی پس از آن را بنویسید.")
        if last > this_day() + timedelta(days=LONGEST_DAYS):
            raise forms.ValidationError(f"تا {persian(LONGEST_DAYS)} روز؛ سپردن همیشگی با مدیر سامانه است.")
        return last + timedelta(days=1)


def colleagues(area_id: int) -> list[tuple[int, str]]:
    """The follow-up people of a district who can take a desk today, each once, by name."""
    called = rolls.names()
    found = {r.person_id for role in PEOPLE for r in people.of_role(role, area_id)}
    return sorted(((one, called.get(one, "")) for one in found), key=lambda one: one[1])


def load_of(cases: Any, areas: Sequence[int], now: datetime) -> list[dict[str, Any]]:
    """The desks of these districts (none: of the city) with holders and counts, the fullest first; one statement."""
    wanted = areas or [district.id for district in places.districts()]
    standing = [desk for area in wanted for desk in desks.of_district(area)]
    counted = oversight.load(worklist.for_desk(cases.filter(desk_id__in=[desk.id for desk in standing]), now))
    rows: list[dict[str, Any]] = []
    for desk in standing:
        counts = counted.get(desk.id, {})
        rows.append({
            "desk": desk, "holders": [one.name for one in desks.holders(desk.id)],
            "counts": [(name, word, counts.get(name, 0)) for name, word in COLUMNS], "open": sum(counts.values()),
            "rest": sum(counts.values()) - sum(counts.get(name, 0) for name, _word in COLUMNS),
        })  # fmt: skip
    most = max((row["open"] for row in rows), default=0)
    for row in rows:
        row["width"] = round(100 * row["open"] / most) if most else 0
        row["x"] = 100 - row["width"]
    return sorted(rows, key=lambda row: (bool(row["holders"]) or not row["open"], -row["open"]))


def supervised(viewer: Viewer, number: int) -> desks.DeskRow:
    """A desk of a district that this person supervises; 404 for any other."""
    desk = desks.by_id(number)
    areas = {right.area_id for right in viewer.rights if right.role == Role.SUPERVISOR_137}
    if desk is None or desk.valid_to is not None or not (None in areas or desk.area_id in areas):
        raise Http404("no such desk")
    return desk


def edit_of(desk: desks.DeskRow, given: dict[str, Any]) -> Edit:
    def do() -> str:
        edits.give_desk(
            desk.code, given["person"], since=this_day(), until=given["until"], instead_of=given["instead_of"]
        )
        return desk.code

    return Edit("desk", desk.code, do, edits.desk_state, this_day())


def form_for(viewer: Viewer, number: str) -> HandOver | None:
    """The empty form of a desk named in the address, None for none."""
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        return None
    return HandOver(desk=supervised(viewer, int(number)))


def mark_of(form: HandOver) -> str:
    """The state of a form's desk, so that a change meanwhile is noticed."""
    return changes.mark(edits.desk_state(form.desk.code))
