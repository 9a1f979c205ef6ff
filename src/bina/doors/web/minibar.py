"""The small bar of whose hands, drawn for the rows of long lists without a template for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString

from bina.doors.web import when
from bina.doors.web.hands import FUTURE, OWNERS
from bina.flow.cases import history
from bina.flow.cases.events import Event
from bina.flow.waiting.hands import Span, by_owner, spans

_PIECE = (
    '<svg class="own own-{owner}" x="{{}}%" y="3" width="{{}}%" height="12"><rect class="hands-fill" width="100%" '
    'height="100%"/><rect width="100%" height="100%" fill="url(#pat-{owner})"/><line class="hands-gap" y2="12"/></svg>'
)


@lru_cache(maxsize=1024)
def _form(owners: tuple[str, ...], vow: str) -> str:
    """The bar of a row of owners with places for its numbers: a city has few kinds of them, a list has many bars."""
    promised = f'<line class="{vow}" x1="{{}}%" x2="{{}}%" y2="18"/>' if vow else ""
    return (
        '<svg class="mini" height="18" role="img" aria-label="{}" focusable="false"><rect class="hands-ground" y="3" '
        f'width="100%" height="12" rx="2"/>{"".join(_PIECE.format(owner=owner) for owner in owners)}'
        f'<line class="hands-now" x1="{{}}%" x2="{{}}%" y2="18"/>{promised}</svg>'
    )


def drawn(told: Sequence[Event], now: datetime, promised: datetime | None) -> SafeString:
    """As SVG: pieces of the past from right to left, the line of now, the promise."""
    return sketch(spans(history.changes(list(told)), int(now.timestamp())), now, promised)


def sketch(parts: Sequence[Span], now: datetime, promised: datetime | None) -> SafeString:
    """The same of spans that are worked out already."""
    until = int(now.timestamp())
    if not parts:
        return SafeString("")
    start = parts[0].start
    ahead = int(promised.timestamp()) - start if promised and until - start >= (promised - now).total_seconds() else 0
    whole = max((until - start) * (1 + FUTURE), ahead * 1.02, 60)
    places: list[str] = []
    for s in parts:
        places += (f"{100 - (s.end - start) * 100 / whole:.1f}", f"{(s.end - s.start) * 100 / whole:.1f}")
    places += [f"{100 - (until - start) * 100 / whole:.1f}"] * 2
    vow = ""
    if promised and 0 <= (at := 100 - (int(promised.timestamp()) - start) * 100 / whole) <= 100:
        vow = "vow" if promised < now else "vow vow-open"
        places += [f"{at:.1f}"] * 2
    shares = "، ".join(f"{OWNERS[owner]} {when.lasted(seconds)}" for owner, seconds in by_owner(parts).items())
    return format_html(_form(tuple(s.owner for s in parts), vow), shares, *places)
