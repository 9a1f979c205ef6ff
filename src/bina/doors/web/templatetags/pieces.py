"""The parts a page is put together from: hands bar, three numbers, promise, recontact, referral, history, field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from bina.doors.web import when
from bina.doors.web.hands import FOOT, ROW, Bar, Sign, Vow
from bina.doors.web.lines import Line
from bina.doors.web.templatetags.signs import icon, zone
from bina.doors.web.triple import Triple
from bina.ground.text.digits import persian

register = template.Library()

PROMISE_ICONS = {"kept": "check", "open": "flag", "risk": "clock", "broken": "x"}


@register.inclusion_tag("parts/hands.html")
def hands(bar: Bar, lines: bool = False) -> dict[str, Any]:
    """The full bar of one case with its legend; `lines` gives the legend as the citizen reads it."""
    return {"bar": bar, "lines": lines}


@register.inclusion_tag("parts/mini.html")
def mini(bar: Bar, holder: bool = True) -> dict[str, Any]:
    """The small bar of a list, with who holds it and for how long."""
    return {"bar": bar, "holder": holder}


@register.filter
def promise_icon(state: str) -> str:
    """The sign of a promise's state."""
    return PROMISE_ICONS[state]


@register.simple_tag
def row_y(mark: Sign, offset: int) -> int:
    """Where a promise's word stands under the bar: its row's top and an offset, in pixels."""
    return FOOT + ROW * mark.y + offset


@register.inclusion_tag("parts/triple.html")
def triple(numbers: Triple, small: bool = False) -> dict[str, Any]:
    """The three numbers with their rail and intervals."""
    return {"n": numbers, "small": small}


@register.inclusion_tag("parts/triple_mini.html")
def triple_mini(numbers: Triple) -> dict[str, Any]:
    """The three numbers in one line of a list or a heading."""
    return {"n": numbers}


@register.inclusion_tag("parts/steps3.html")
def steps3(answered: bool, done: bool, confirmed: bool, lines: bool = False) -> dict[str, Any]:
    """The same three for one case: what has happened, and what not yet."""
    words = (
        (answered, gettext("پاسخ داده شد"), gettext("پاسخ: هنوز نه")),
        (done, gettext("انجام شد"), gettext("انجام: هنوز نه")),
        (confirmed, gettext("تأیید شد"), gettext("تأیید: هنوز نه")),
    )
    return {"steps": [{"on": on, "words": yes if on else no} for on, yes, no in words], "lines": lines}


@register.simple_tag
def promise(vow: Vow, now: datetime) -> SafeString:
    """A date that was told to a citizen, with its state as shape, colour and words."""
    state = vow.state
    told = (
        vow.words
        or {
            "kept": gettext("نگه داشته شد"),
            "open": when.distance(vow.at, now, zone()),
            "risk": gettext("در خطر"),
            "broken": gettext("عمل نشد"),
        }[state]
    )
    date = when.near(vow.at, now, zone())
    return format_html(
        '<span class="promise promise-{}">{}<span>{}</span> <small>{}</small></span>',
        state,
        icon(PROMISE_ICONS[state]),
        date,
        told,
    )


@register.simple_tag
def recon(count: int, reason: str = "", at: datetime | None = None, now: datetime | None = None) -> SafeString:
    """How often citizens came back, and the last reason; none is said in words too."""
    if not count:
        return format_html('<span class="recon"><small>{}</small></span>', gettext("بی‌پیگیری مجدد"))
    day = when.near(at, now, zone()) if at and now else ""
    quoted = f"«{reason}»" if reason else ""
    last = "، ".join(part for part in (quoted, day) if part)
    return format_html(
        '<span class="recon">{}<b>{}</b><span class="sr">{}</span>{}</span>',
        icon("repeat"),
        persian(count),
        gettext("بار پیگیری مجدد"),
        format_html(" <small>{}</small>", last) if last else "",
    )


@register.inclusion_tag("parts/ref3.html")
def ref3(notified: datetime | None, seen: datetime | None, accepted: datetime | None) -> dict[str, Any]:
    """Inside «ارجاع‌شده»: notified, seen and accepted, each with its time."""
    words = ((notified, "ابلاغ‌شده"), (seen, "دیده‌شده"), (accepted, "پذیرفته‌شده"))
    return {
        "steps": [{"on": at is not None, "words": w, "at": when.stamp(at, zone()) if at else ""} for at, w in words]
    }


@register.inclusion_tag("parts/history.html")
def history(lines: Sequence[Line]) -> dict[str, Any]:
    """The events of a case, newest first, a line each."""
    return {"lines": lines}


@register.inclusion_tag("parts/field.html")
def field(bound: BoundField, kind: str = "") -> dict[str, Any]:
    """A form's field with its label, help, error and control joined as a screen reader needs them.

    kind: "" by the widget; "seg" or "tiles" for a choice of few.
    """
    widget = bound.field.widget
    error = bound.errors[0] if bound.errors else ""
    described = [f"{bound.auto_id}-h"] if bound.help_text else []
    described += [f"{bound.auto_id}-e"] if error else []
    many = isinstance(widget, RadioSelect)
    attrs: dict[str, Any] = {} if many else {"class": "input"}
    if isinstance(widget, CheckboxInput):
        attrs = {}
    attrs["aria-describedby"] = " ".join(described) or False
    attrs["aria-invalid"] = "true" if error else False
    return {
        "f": bound,
        "shape": kind or ("radios" if many else "check" if isinstance(widget, CheckboxInput) else "line"),
        "control": "" if many else bound.as_widget(attrs=attrs),
        "error": error,
        "described": " ".join(described),
        "optional": not bound.field.required and not isinstance(widget, CheckboxInput),
    }
