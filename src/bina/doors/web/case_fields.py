"""The fields of the verbs' forms: a Jalali day, a body of the city, words, one of a few, pictures."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms

from bina.doors.web.when import zone_of
from bina.flow.cases.access import now
from bina.flow.credit.lines import LineRow
from bina.ground.city import installation, places, units
from bina.ground.sla.calendars import worktime
from bina.ground.text.digits import persian
from bina.ground.text.jalali import BadDate, format_date, local_day, parse_date

KINDS = (
    ("organisation", "سازمان‌ها"),
    ("deputy", "معاونت‌ها"),
    ("directorate", "مدیریت‌ها"),
    ("outside", "بیرون از شهرداری"),
)
WORKDAY = "office"  # the calendar whose working days promises fall on


class DayField(forms.CharField):
    """A Jalali day in any spelling, as epoch seconds of its last minute; `working`: it must be a working day."""

    def __init__(self, *, working: bool = False, **given: Any) -> None:
        given.setdefault("help_text", "مانند ۱۴۰۵/۰۹/۱۵ یا «۱۵ آذر».")
        super().__init__(max_length=60, **given)
        self.working = working

    def clean(self, value: Any) -> int | None:
        """The day typed; a sentence when it cannot be read or nobody works on it."""
        text = super().clean(value)
        if not text:
            return None
        zone = installation.current().zone
        try:
            day = parse_date(text, today=local_day(now(), zone))
        except BadDate as error:
            raise forms.ValidationError(error.fa) from error
        at = datetime.combine(day, time(23, 59), zone_of(zone))
        if self.working and not worktime(WORKDAY).elapsed(at.replace(hour=0, minute=0), at):
            raise forms.ValidationError("این روز تعطیل است؛ وعده را روز کاری بعد بگذارید.")
        return int(at.timestamp())


class UnitField(forms.ChoiceField):
    """A body of the city by its code, as its row number."""

    def clean(self, value: Any) -> int | None:
        """The unit chosen, None for none."""
        code = super().clean(value)
        unit = units.by_code(code) if code else None
        return unit.id if unit else None


class LineField(forms.TypedChoiceField):
    """A credit line by its row number, None for none."""

    def __init__(self, **given: Any) -> None:
        super().__init__(coerce=int, empty_value=None, **given)


def line_words(row: LineRow, today: date) -> str:
    """A credit line in a list: code, name, and its oldest stage that is due: «…، مرحلهٔ ۲، موعد ۱۵ شهریور»."""
    told = f"\u2066{row.code}\u2069، {row.name}"  # isolated: an option of a list has no element for it
    if row.tranche is None or row.due_on is None:
        return f"{told}؛ همهٔ مرحله‌ها واگذار شده"
    late = row.due_on < today
    word = "موعد گذشته" if late else "موعد"
    return f"{told}؛ مرحلهٔ {persian(row.tranche)}، {word} {format_date(row.due_on, today=today)}"


def unit_choices(district_id: int | None, *kinds: str) -> list[tuple[str, Any]]:
    """Units as option groups: those of the district first, then the city's; only some kinds if named."""
    shown = []
    if district_id and not kinds:
        area = places.area(district_id)
        own = [(u.code, u.name) for u in units.of_district(district_id)]
        shown.append((area.name if area else "منطقه", own))
    for kind, word in KINDS:
        if not kinds or kind in kinds:
            shown.append((word, [(u.code, u.name) for u in units.of_kind(kind)]))
    return [("", "برگزینید"), *((word, rows) for word, rows in shown if rows)]


def words(label: str, *, required: bool = True, help_text: str = "", rows: int = 3) -> forms.CharField:
    """A box for words; the verb itself checks their length."""
    return forms.CharField(
        label=label, required=required, help_text=help_text, max_length=20_000, strip=False,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


def pick(label: str, choices: Any, *, required: bool = True) -> forms.ChoiceField:
    """One of a few by a list."""
    found = list(choices.items() if isinstance(choices, dict) else choices)
    return forms.ChoiceField(label=label, choices=[("", "برگزینید"), *found], required=required)


class Pictures(forms.FileInput):
    """Several files at once; the field checks the last, the verb cleans each."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The last of the files; photos_in reads them all."""
        return files.get(name)


def picture_field(label: str, *, required: bool = True) -> forms.FileField:
    """Up to four pictures."""
    widget = Pictures(
        attrs={"accept": "image/jpeg,image/png,image/webp", "multiple": True, "data-choose": "برگزیدن عکس"}
    )
    return forms.FileField(label=label, required=required, widget=widget, help_text="JPEG، PNG یا WebP؛ تا ۴ عکس.")
