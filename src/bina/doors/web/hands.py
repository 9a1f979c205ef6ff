"""In whose hands: lays a case's spans out as the bar, in percent of its width, time running from right to left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from bina.doors.web import when
from bina.ground.text.digits import persian

OWNERS = {
    "137": "۱۳۷",
    "unit": "واحد",
    "up": "بالادست",
    "plan": "اعتبار، در برنامه",
    "credit": "اعتبار، دیر",
    "outside": "دستگاه دیگر",
    "other": "محدودیت دیگر",
    "citizen": "شهروند",
    "unknown": "نامعلوم",
}
CITIZEN_WORDS = {
    "137": _("مرکز ۱۳۷"),
    "unit": _("ادارهٔ مسئول"),
    "up": _("مدیران بالادست"),
    "plan": _("در انتظار پول، طبق برنامه"),
    "credit": _("در انتظار پول، دیرتر از موعد"),
    "outside": _("دستگاهی بیرون از شهرداری"),
    "other": _("مانع دیگر"),
    "citizen": _("در انتظار پاسخ شما"),
    "unknown": _("نامعلوم"),
}
WIDTHS = (
    300,
    400,
    500,
    600,
    700,
    800,
    900,
    1000,
    1100,
    1200,
)  # px: the container widths for which hands.css draws a word
AGAIN = "پیگیری‌های مجدد"  # the heading over the recontacts, at the start of the bar
LETTER = 6.4  # px: one letter of a word on the bar
PADDING = 20.0  # px: around a word
FOOT = 69  # px: from the top of the bar to where the promises begin
ROW = 24  # px: one row of promises
QUIET = 2  # promises; of more, those that were kept are drawn without words
FUTURE = 0.075  # of the whole: the room after now


@dataclass(frozen=True, slots=True)
class Span:
    """A time in one pair of hands: owner (a key of OWNERS), from, to, its short name, whether the unit's clock ran."""

    owner: str
    start: datetime
    end: datetime
    word: str = ""
    runs: bool = False


@dataclass(frozen=True, slots=True)
class Vow:
    """A promise for the eye: until when, its state (kept, open, risk, broken) and its words, e.g. «خبر بعدی»."""

    at: datetime
    state: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A rectangle of the bar: x and width in percent as text; `fit` names the width from which its word is drawn."""

    owner: str
    x: str
    width: str
    word: str = ""
    title: str = ""
    fit: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """A word at a place of the bar: a recontact's number, an axis label, a promise."""

    x: str
    word: str
    state: str = ""
    y: int = 0
    before: bool = False  # whether the word stands on the past side of its line
    fit: str = ""  # the class of the narrowest bar on which the word has room
    sparse: bool = False  # whether a narrow bar leaves it out


@dataclass(frozen=True, slots=True)
class Share:
    """One line of the legend."""

    owner: str
    word: str
    lasted: str
    percent: str


@dataclass(frozen=True, slots=True)
class Bar:
    """The whole bar, ready to be drawn by parts/hands.html or parts/mini.html."""

    spoken: str
    pieces: list[Piece] = field(default_factory=list)
    now: str = ""
    future: Piece | None = None
    recontacts: list[Sign] = field(default_factory=list)
    lead_fit: str = ""  # the class of the narrowest bar on which the recontacts' heading is free of the first of them
    clock: list[tuple[str, str, bool]] = field(default_factory=list)
    axis: list[Sign] = field(default_factory=list)
    marks: list[Sign] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    holder: Share | None = None
    rows: int = 0

    @property
    def top(self) -> int:
        """Pixels above the bar: the recontacts' rhombi, or just the end of the line of now."""
        return 28 if self.recontacts else 8

    @property
    def height(self) -> int:
        """Pixels: what stands above, bar, clock and axis, and a row for each line of promises."""
        return self.top + FOOT + ROW * self.rows


def lay_out(
    spans: Sequence[Span],
    *,
    now: datetime,
    zone: str,
    recontacts: Sequence[datetime] = (),
    vows: Sequence[Vow] = (),
    ended: bool = False,
    words: dict[str, str] | None = None,
) -> Bar:
    """Lays the spans of one case out, oldest first, without gaps between them.

    The bar reaches from the first span to now and a little further, at least to the last open promise; a case
    that has ended stops at its end. Nothing to show gives an empty bar with the sentence that says so.
    """
    names = OWNERS | {owner: gettext(word) for owner, word in (words or {}).items()}
    spans = [s for s in spans if s.end > s.start]
    if not spans:
        return Bar(spoken=gettext("هنوز زمانی نگذشته است."))
    start, last = spans[0].start, spans[-1].end
    present = last if ended else max(now, last)
    whole = max(present - start, timedelta(minutes=1)) if ended else _whole(start, present, vows)
    shares = _shares(spans, names)
    place = _Place(start, whole)
    marks = _marks([v for v in vows if start <= v.at <= start + whole], place, now, zone)
    again = [at for at in recontacts if start <= at <= start + whole]
    holder = _last(spans, names)
    elapsed = when.lasted((present - start).total_seconds())
    return Bar(
        spoken=_spoken(elapsed, shares, None if ended else holder),
        pieces=[_piece(s, place, names) for s in spans],
        now="" if ended else place.x(present),
        future=None if ended else _future(present, start + whole, place),
        recontacts=[Sign(place.x(at), _figure(n)) for n, at in enumerate(again, 1)],
        lead_fit=_fit(AGAIN, min((place.share(at) for at in again), default=0.0)),
        clock=_clock(spans, place),
        axis=_axis(start, start + whole, place, zone),
        marks=marks,
        shares=shares,
        holder=holder,
        rows=max((m.y for m in marks), default=-1) + 1,
    )


def _spoken(elapsed: str, shares: Sequence[Share], holder: Share | None) -> str:
    """The bar in one sentence, for who does not see it."""
    said = gettext("اکنون نزد کیست: {elapsed} از نخستین پیام. {shares}.").format(
        elapsed=elapsed, shares=gettext("، ").join(f"{s.word} {s.lasted}" for s in shares)
    )
    if holder is None:
        return said
    return said + " " + gettext("اکنون نزد {holder}، {lasted}.").format(holder=holder.word, lasted=holder.lasted)


class _Place:
    """From moments to percents: the start is at 100, the right edge."""

    def __init__(self, start: datetime, whole: timedelta) -> None:
        self.start, self.seconds = start, whole.total_seconds()

    def share(self, at: datetime) -> float:
        return min(max((at - self.start).total_seconds() / self.seconds, 0.0), 1.0)

    def x(self, at: datetime) -> str:
        return f"{100 * (1 - self.share(at)):.2f}"

    def width(self, since: datetime, until: datetime) -> str:
        return f"{100 * (self.share(until) - self.share(since)):.2f}"


def _whole(start: datetime, present: datetime, vows: Sequence[Vow]) -> timedelta:
    """How long the bar is: the past, some future, and promises ahead unless they would dwarf what has been."""
    past = max(present - start, timedelta(minutes=1))
    ahead = [v.at - start for v in vows if v.at > present and v.at - start <= past * 2]
    return max([past * (1 + FUTURE), *(a * 1.02 for a in ahead)])


def _piece(span: Span, place: _Place, names: dict[str, str]) -> Piece:
    word = span.word or names[span.owner]
    share = place.share(span.end) - place.share(span.start)
    title = f"{word}: {when.lasted((span.end - span.start).total_seconds())}"
    return Piece(span.owner, place.x(span.end), place.width(span.start, span.end), word, title, _fit(word, share))


def _future(present: datetime, end: datetime, place: _Place) -> Piece:
    share = place.share(end) - place.share(present)
    now = gettext("اکنون")
    return Piece("", place.x(end), place.width(present, end), now, fit=_fit(now, share))


def _fit(word: str, share: float) -> str:
    """The class of the narrowest bar on which a word has room in its share of it; empty if on none."""
    needed = (len(word) * LETTER + PADDING) / share if share else float("inf")
    return next((f"w-{width}" for width in WIDTHS if needed <= width), "")


def _shares(spans: Sequence[Span], names: dict[str, str]) -> list[Share]:
    sums: dict[str, float] = {}
    for span in spans:
        sums[span.owner] = sums.get(span.owner, 0.0) + (span.end - span.start).total_seconds()
    percents = _hundred(list(sums.values()))
    return [
        Share(owner, names[owner], when.lasted(seconds), f"{_figure(percent)}{_percent()}")
        for (owner, seconds), percent in zip(sums.items(), percents, strict=True)
    ]


def _figure(number: int) -> str:
    """A whole number in the digits of the page's language."""
    return str(number) if get_language() == "en" else persian(number)


def _percent() -> str:
    return "%" if get_language() == "en" else "٪"


def _hundred(parts: list[float]) -> list[int]:
    """Whole percents that add up to a hundred: the largest remainders are rounded up."""
    total = sum(parts) or 1.0
    exact = [100 * p / total for p in parts]
    whole = [int(e) for e in exact]
    order = sorted(range(len(parts)), key=lambda i: exact[i] - whole[i], reverse=True)
    for i in order[: 100 - sum(whole)]:
        whole[i] += 1
    return whole


def _last(spans: Sequence[Span], names: dict[str, str]) -> Share:
    """Who holds it now and since when: the last spans with one owner and one name count together."""
    last = spans[-1]
    since = last.start
    for span in reversed(spans):
        if (span.owner, span.word) != (last.owner, last.word):
            break
        since = span.start
    return Share(last.owner, last.word or names[last.owner], when.lasted((last.end - since).total_seconds()), "")


def _clock(spans: Sequence[Span], place: _Place) -> list[tuple[str, str, bool]]:
    """The unit's clock as (x1, x2, runs), neighbours of one kind joined."""
    joined: list[list[object]] = []
    for span in spans:
        if joined and joined[-1][2] == span.runs:
            joined[-1][0] = place.x(span.end)
        else:
            joined.append([place.x(span.end), place.x(span.start), span.runs])
    return [(str(a), str(b), bool(r)) for a, b, r in joined]


def _axis(start: datetime, end: datetime, place: _Place, zone: str) -> list[Sign]:
    labels = when.ticks(start, end, zone)
    signs: list[Sign] = []
    for n, (at, word) in enumerate(labels):
        if place.share(at) <= 0.95:
            signs.append(Sign(place.x(at), word, sparse=n % 2 == 1))
    return signs


def _marks(vows: Sequence[Vow], place: _Place, now: datetime, zone: str) -> list[Sign]:
    """Promises under the axis, each in the first row where its words are free of the ones before."""
    ends: list[float] = []  # of each row: the share up to which its words reach
    signs: list[Sign] = []
    crowded = len(vows) > QUIET
    for vow in sorted(vows, key=lambda v: v.at):
        if crowded and vow.state == "kept":  # its line alone: among many, the words are for what is still to come
            signs.append(Sign(place.x(vow.at), "", vow.state))
            continue
        share, word = place.share(vow.at), _vow_words(vow, now, zone)
        room = min((len(word) * 6.2 + 24) / 1000, 0.4)  # of a bar of 1000 px
        before = share >= room  # enough past for the words to stand on that side, where design wants them
        lo, hi = (share - room, share) if before else (share, share + room)
        row = next((r for r, e in enumerate(ends) if e <= lo), len(ends))
        behind = ends[row] if row < len(ends) else 0.0
        ends[row : row + 1] = [hi + 0.01]
        # A narrow bar leaves out the words that would meet those before them.
        fit = _fit(word + "  ", share - behind if before else 1 - share)
        signs.append(Sign(place.x(vow.at), word, vow.state, row, before, fit))
    return signs


def _vow_words(vow: Vow, now: datetime, zone: str) -> str:
    day = when.near(vow.at, now, zone)
    return {
        "broken": f"وعدهٔ {day} عمل نشد",
        "kept": f"وعدهٔ {day} نگه داشته شد",
        "risk": f"{vow.words or 'وعده'} {day}، در خطر",
    }.get(vow.state, f"{vow.words or 'وعده'} {day}")
