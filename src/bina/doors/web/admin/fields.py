"""The fields of the administrator's forms: a day, an hour, a span of working time, a person, weekly hours, a reason."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

from django import forms

from bina.doors.web.when import zone_of
from bina.flow.cases.changes import WHY_MAX
from bina.ground.city import installation, rolls, units
from bina.ground.text.digits import BadNumber, latin, parse_int, persian
from bina.ground.text.jalali import BadDate, numeric_date, parse_date, parse_time
from bina.ground.text.letters import canonical, one_line
from bina.ground.text.phones import BadPhone, parse_phone

REQUIRED = {"required": "این خانه خالی است."}
MOST_WORDS = 60  # search words of one thing, and letters of one word
_RANGE = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*(?:-|–|تا|الی)\s*(\d{1,2})(?::(\d{2}))?")


class Day(forms.CharField):
    """A Jalali day in any spelling, as a date."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("help_text", "مانند ۱۴۰۵/۰۹/۱۵ یا «۱۵ آذر».")
        super().__init__(max_length=60, error_messages=REQUIRED, **given)

    def prepare_value(self, value: Any) -> Any:
        """A date as it is typed."""
        return persian(numeric_date(value)) if isinstance(value, date) else value

    def clean(self, value: Any) -> date | None:
        """The day, None for an empty one; a sentence when it cannot be read."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_date(text, today=installation.today())
        except BadDate as error:
            raise forms.ValidationError(error.fa) from error


class Hour(forms.CharField):
    """An hour of the day."""

    def __init__(self, **given: Any) -> None:
        super().__init__(max_length=20, error_messages=REQUIRED, help_text="مانند ۰۷:۳۰.", **given)

    def clean(self, value: Any) -> time | None:
        """The hour typed; a sentence when it cannot be read."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_time(text)
        except BadDate as error:
            raise forms.ValidationError(error.fa) from error


def moment_of(day: date, at: time) -> datetime:
    """The moment of a local day and hour."""
    return datetime.combine(day, at, zone_of(installation.current().zone))


class Whole(forms.CharField):
    """A whole number in any digits, within limits."""

    def __init__(self, *, least: int, most: int, **given: Any) -> None:
        self.least, self.most = least, most
        super().__init__(
            max_length=20, error_messages=REQUIRED, widget=forms.TextInput(attrs={"inputmode": "numeric"}), **given
        )

    def prepare_value(self, value: Any) -> Any:
        """A number as it is read."""
        return persian(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        """The number; a sentence when it is none or lies outside."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_int(text, least=self.least, most=self.most)
        except BadNumber as error:
            raise forms.ValidationError(error.fa) from error


class Span(forms.CharField):
    """A span of working or clock time: «۷۲ ساعت»، «۳۰ دقیقه»; a bare number is of the field's own unit. In seconds."""

    UNITS = {"ساعت": 3600, "دقیقه": 60}

    def __init__(self, *, unit: str, most: int, **given: Any) -> None:
        self.unit, self.most = unit, most
        super().__init__(max_length=40, error_messages=REQUIRED, **given)

    def prepare_value(self, value: Any) -> Any:
        """Seconds as they are typed."""
        if not isinstance(value, int):
            return value
        unit = "ساعت" if value % 3600 == 0 else "دقیقه"
        return f"{persian(value // self.UNITS[unit])} {unit}"

    def to_python(self, value: Any) -> str:
        """The text in the store's letters, so that one of nothing but unseen signs counts as empty."""
        return canonical(super().to_python(value))

    def clean(self, value: Any) -> int | None:
        """Whole seconds; a sentence when it is no span."""
        text = super().clean(value)
        if not text:
            return None
        unit = next((word for word in self.UNITS if text.endswith(word)), "")
        try:
            count = parse_int(text.removesuffix(unit).strip(), least=1, most=self.most // self.UNITS[unit or self.unit])
        except BadNumber as error:
            raise forms.ValidationError(f"مانند «۷۲ ساعت» یا «۳۰ دقیقه» بنویسید. {error.fa}") from error
        return count * self.UNITS[unit or self.unit]


class Phone(forms.CharField):
    """A telephone number in any spelling, stored as +98…; may be empty."""

    def __init__(self, **given: Any) -> None:
        super().__init__(max_length=60, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"}), **given)

    def clean(self, value: Any) -> str:
        """The number in its stored form."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            return parse_phone(text, installation.current().area_code)
        except BadPhone as error:
            raise forms.ValidationError(error.fa) from error


class Line(forms.CharField):
    """One line of text, cleaned."""

    def __init__(self, *, most: int = 120, **given: Any) -> None:
        errors = REQUIRED | {"max_length": f"بلندتر از {persian(most)} حرف است؛ کوتاه‌ترش کنید."}
        super().__init__(max_length=most, error_messages=errors, **given)

    def clean(self, value: Any) -> str:
        """The line without doubled spaces and strange letters."""
        return one_line(super().clean(value))


class Words(forms.CharField):
    """Search words with commas or lines between them, as a list."""

    def __init__(self, **given: Any) -> None:
        super().__init__(
            required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
            error_messages={"max_length": "واژه‌ها بلندتر از ۴۰۰۰ حرف است."}, **given,
        )  # fmt: skip

    def prepare_value(self, value: Any) -> Any:
        """The list as it is typed."""
        return "، ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """The words apart, each once."""
        parts = re.split(r"[،,؛;\n]", super().clean(value))
        found = list(dict.fromkeys(word for word in (one_line(part) for part in parts) if word))
        if len(found) > MOST_WORDS or any(len(word) > MOST_WORDS for word in found):
            raise forms.ValidationError("هر واژه تا ۶۰ حرف، و روی هم تا ۶۰ واژه؛ با ویرگول جدا کنید.")
        return found


class SomebodyField(forms.CharField):
    """A colleague by the name he signs in with, or by his name if nobody shares it; gives his number."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("help_text", "نام ورود، یا نام کامل او.")
        super().__init__(
            max_length=150, error_messages=REQUIRED,
            widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}), **given,
        )  # fmt: skip

    def clean(self, value: Any) -> int | None:
        """The person; a sentence when nobody, or more than one, is meant."""
        text = super().clean(value)
        if not text:
            return None
        found = rolls.find(text)
        if found is None:
            raise forms.ValidationError(
                "همکاری با این نام پیدا نشد، یا بیش از یک نفر این نام را دارد؛ نام ورود را بنویسید."
            )
        return found


class WeekDay(forms.CharField):
    """The working hours of one day: «۷:۰۰ تا ۱۴:۳۰»، several with a comma; empty is closed. Gives minute ranges."""

    def __init__(self, **given: Any) -> None:
        super().__init__(max_length=100, **given)

    def validate(self, value: Any) -> None:
        """Empty is an answer too: closed."""

    def prepare_value(self, value: Any) -> Any:
        """Ranges as they are typed."""
        return shown_hours(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[list[int]]:
        """Rising ranges of minutes of the day."""
        text = latin(canonical(super().clean(value) or ""))
        spans = []
        for part in [p.strip() for p in re.split(r"[،,;؛]|\bو\b", text) if p.strip()]:
            found = _RANGE.fullmatch(part)
            if found is None:
                raise forms.ValidationError("ساعت را مانند «۷:۰۰ تا ۱۴:۳۰» بنویسید؛ روز تعطیل را خالی بگذارید.")
            start, end = (int(found[i]) * 60 + int(found[i + 1] or 0) for i in (1, 3))
            spans.append([start, end])
        flat = [minute for span in spans for minute in span]
        if flat != sorted(set(flat)) or any(m > 1440 for m in flat):
            raise forms.ValidationError("پایان باید پس از آغاز باشد، و بازه‌ها پشت سر هم، میان ۰:۰۰ و ۲۴:۰۰.")
        return spans


def shown_hours(spans: list[list[int]]) -> str:
    """Minute ranges as people say them."""
    return "، ".join(f"{_hour(a)} تا {_hour(b)}" for a, b in spans)


def _hour(minute: int) -> str:
    return persian(f"{minute // 60}:{minute % 60:02d}")


class Change(forms.Form):
    """A form that changes the city: its fields, then the reason."""

    use_required_attribute = False  # the page says in its own words what is missing

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["why"] = forms.CharField(
            label="چرا؟", max_length=WHY_MAX, strip=True,
            help_text="یک جمله: شمارهٔ نامه، دستور، یا دلیل. در سابقه می‌ماند.",
            widget=forms.Textarea(attrs={"rows": 2}),
            error_messages={
                "required": "در یک جمله بنویسید چرا؛ این دلیل در سابقه می‌ماند.",
                "max_length": "دلیل بلندتر از ۵۰۰ حرف است؛ کوتاه‌ترش کنید.",
            },
        )  # fmt: skip


def unit_choices() -> list[tuple[str, str]]:
    """All units in force, a district's with its district's name."""
    shown = []
    for unit in units.in_office():
        above = units.by_id(unit.parent_id) if unit.parent_id else None
        shown.append((unit.code, f"{above.name}: {unit.name}" if above and unit.kind == "unit" else unit.name))
    return shown
