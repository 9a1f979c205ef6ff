"""The smallest things a template writes: Persian digits, Jalali times, codes, phones, icons, addresses of assets."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from bina.doors.web import assets, when
from bina.doors.web.hands import OWNERS
from bina.ground.city import installation
from bina.ground.text import phones
from bina.ground.text.digits import latin, persian, persian_number, persian_percent
from bina.ground.text.jalali import format_date

register = template.Library()

SEPARATOR = mark_safe(' <span class="sep" aria-hidden="true"> | </span>')


def zone() -> str:
    """The zone in which this city reads its times."""
    return installation.current().zone


@register.filter
def fa(value: Any) -> str:
    """A number or text in the digits of the page's language, a number with its thousands marks: ۱۲٬۳۴۵ · 12,345."""
    number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    if get_language() == "en":
        return f"{value:,}" if number else latin(str(value))
    return persian_number(value) if number else persian(value)


@register.filter
def called(row: Any) -> str:
    """The name of a subject, an area, a unit in the page's language; the Persian one where there is no other."""
    return str((row.name_en if get_language() == "en" else "") or row.name)


@register.filter
def percent(share: float, places: int = 0) -> str:
    """A share of one: 0.248 → ۲۵٪ · 25%."""
    if get_language() == "en":
        return f"{100 * share:.{places}f}%"
    return persian_percent(share, places=places)


@register.filter
def iso(at: datetime) -> str:
    """A moment for machines: the datetime attribute of <time>."""
    return at.isoformat(timespec="seconds")


@register.filter
def day(at: datetime) -> str:
    """۳ آذر."""
    return when.day(at, zone())


@register.filter
def jalali(date_of: date) -> str:
    """A calendar day: ۳ آذر ۱۴۰۵."""
    return format_date(date_of)


@register.filter
def jalali_day(date_of: date) -> str:
    """A calendar day with its weekday: سه‌شنبه ۳ آذر ۱۴۰۵."""
    return format_date(date_of, weekday=True)


@register.filter
def full_day(at: datetime) -> str:
    """سه‌شنبه ۳ آذر ۱۴۰۵."""
    return when.full_day(at, zone())


@register.filter
def hour(at: datetime) -> str:
    """۱۰:۲۴."""
    return when.hour(at, zone())


@register.filter
def stamp(at: datetime) -> str:
    """۲ آذر ۱۸:۱۲."""
    return when.stamp(at, zone())


@register.filter
def lasted(seconds: float) -> str:
    """A span of seconds in its largest fitting unit: ۱۷۵ روز."""
    return when.lasted(seconds)


@register.filter
def near(at: datetime, now: datetime) -> str:
    """A day beside today: فردا ۱۲:۰۰."""
    return when.near(at, now, zone())


@register.filter
def distance(at: datetime, now: datetime) -> str:
    """How far a day is: ۱۲ روز مانده."""
    return when.distance(at, now, zone())


@register.filter
def masked(phone: str) -> SafeString:
    """A stored telephone number (E.164) of which only the ends are shown: ۰۹۱۵•••۳۳۷۰; empty for none."""
    return format_html('<bdi class="ltr tab">{}</bdi>', persian(phones.masked(phone)) if phone else "")


@register.filter
def phone(number: str) -> SafeString:
    """A stored telephone number (E.164) in full, in groups; whoever shows it has logged the look."""
    return format_html('<bdi class="ltr tab">{}</bdi>', phones.shown(number) if number else "")


@register.simple_tag
def code(digits: str) -> SafeString:
    """A tracking code in its groups of 3, 3 and 4, kept left to right."""
    return format_html('<bdi class="code" dir="ltr">{}</bdi>', _groups(digits))


@register.simple_tag
def code_big(digits: str) -> SafeString:
    """The same, large, for reading out."""
    return format_html('<span class="code-big"><bdi class="code" dir="ltr">{}</bdi></span>', _groups(digits))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A sign from icons.svg; with a label it is spoken, without it stands beside its word."""
    where = assets.address("icons.svg")
    if label:
        return format_html('<svg class="i" role="img" aria-label="{}"><use href="{}#{}"/></svg>', label, where, name)
    return format_html('<svg class="i" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>', where, name)


@register.simple_tag
def key(name: str, *, said: bool = False) -> SafeString:
    """The cap of a key, as data-key writes it: Ctrl+Enter; not `said` beside what it presses, which names it itself."""
    shown = name.replace("Enter", "⏎").replace("+", " ")
    if said:
        return format_html('<kbd class="kbd" dir="ltr"><span aria-hidden="true">{}</span>'
                           '<span class="sr">{}</span></kbd>', shown, name.replace("+", " "))  # fmt: skip
    return format_html('<kbd class="kbd" dir="ltr" aria-hidden="true">{}</kbd>', shown)


@register.simple_tag
def sep() -> SafeString:
    """A hairline between two facts."""
    return SEPARATOR


@register.simple_tag
def nuqta(shape: str = "full") -> SafeString:
    """The rhombic dot: full, half or hollow."""
    css = {"full": "nq", "half": "nq nq-1", "hollow": "nq nq-0"}[shape]
    return format_html('<span class="{}" aria-hidden="true"></span>', css)


@register.simple_tag
def owner(kind: str, word: str = "", small: str = "") -> SafeString:
    """In whose hands, in words: a swatch of the owner's colour and pattern, its name, and how long."""
    more = format_html(" <small>{}</small>", small) if small else ""
    return format_html(
        '<span class="owner own own-{}">{}<span>{}</span>{}</span>',
        kind,
        format_html('<span class="sw own own-{}" aria-hidden="true"></span>', kind),
        word or OWNERS[kind],
        more,
    )


@register.simple_tag
def asset(name: str) -> str:
    """The address of a static file, with its hash."""
    return assets.address(name)


@register.simple_tag
def once() -> SafeString:
    """A form's idempotency key: sent twice, it is done once."""
    return format_html('<input type="hidden" name="key" value="{}">', uuid4())


def _groups(digits: str) -> SafeString:
    """The code's groups, each in its span; an old code of another shape stays whole."""
    plain = latin(str(digits))
    groups = (plain[:3], plain[3:6], plain[6:]) if len(plain) == 10 and plain.isdigit() else (plain,)
    return format_html_join("", "<span>{}</span>", ((fa(group),) for group in groups))
