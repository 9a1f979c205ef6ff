"""Three numbers, never one: answered, done, confirmed, of one denominator on one rail, each with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from bina.ground.text.digits import persian_number, persian_percent

Z = 1.959964  # a 95 % interval
KEYS = (
    ("answered", "پاسخ داده شد", "پاسخ", " nq-0"),
    ("done", "انجام شد", "انجام", " nq-1"),
    ("confirmed", "تأیید شد", "تأیید", ""),
)


@dataclass(frozen=True, slots=True)
class Column:
    """One of the three as it is drawn; x, width and the interval's ends are percents of the rail, as text."""

    key: str
    word: str
    short: str
    shape: str
    percent: str
    of: str
    x: str
    width: str
    interval: str = ""
    low_x: str = ""
    high_x: str = ""


@dataclass(frozen=True, slots=True)
class Triple:
    """How many of `of` requests were answered, done with proof, and confirmed by a citizen or an inspector."""

    of: int
    answered: int
    done: int
    confirmed: int

    @property
    def columns(self) -> list[Column]:
        """The three columns, drawn largest first so that each lies on the one before."""
        return [self._column(*key) for key in KEYS]

    @property
    def spoken(self) -> str:
        """The three in one sentence, for whoever hears them."""
        if not self.of:
            return "هنوز درخواستی نیست."
        said = "، ".join(f"{c.short} {c.percent}" for c in self.columns)
        return f"{said} از {persian_number(self.of)} درخواست"

    def _column(self, key: str, word: str, short: str, shape: str) -> Column:
        k = getattr(self, key)
        of = f"{persian_number(k)} از {persian_number(self.of)}"
        if not self.of:
            return Column(key, word, short, shape, "—", "هنوز درخواستی نیست", "100.00", "0.00")
        share = k / self.of
        low, high = wilson(k, self.of)
        return Column(
            key,
            word,
            short,
            shape,
            persian_percent(share, places=1 if self.of >= 200 else 0),
            of,
            f"{100 * (1 - share):.2f}",
            f"{100 * share:.2f}",
            f"{persian_number(100 * low, places=1)} تا {persian_number(100 * high, places=1)}",
            f"{100 * (1 - low):.2f}",
            f"{100 * (1 - high):.2f}",
        )


def wilson(k: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of k successes in n trials, as shares (Wilson, JASA 22, 1927); (0, 1) for n = 0."""
    if n == 0:
        return 0.0, 1.0
    p, zz = k / n, Z * Z
    middle = (p + zz / (2 * n)) / (1 + zz / n)
    half = Z * sqrt(p * (1 - p) / n + zz / (4 * n * n)) / (1 + zz / n)
    return max(middle - half, 0.0), min(middle + half, 1.0)
