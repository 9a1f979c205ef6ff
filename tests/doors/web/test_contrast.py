"""Every pair of colours that meet has the contrast it needs, in light and in dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re

import pytest

from bina.doors.web.assets import FOLDER

TOKENS = (FOLDER / "css" / "tokens.css").read_text()
OWNERS = ("137", "unit", "up", "credit", "other", "citizen")
TEXT, SHAPE = 4.5, 3.0

PAIRS = [
    *((ink, paper, TEXT) for ink in ("ink", "ink-2", "ink-3", "accent") for paper in ("bg", "surface", "sunken")),
    *((ink, "accent-soft", TEXT) for ink in ("ink", "ink-2", "accent")),
    *((ink, "raised", TEXT) for ink in ("ink", "ink-2", "ink-3")),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-press", TEXT),
    *((ink, bar, TEXT) for ink in ("bar-ink", "bar-ink-2") for bar in ("bar", "bar-2")),
    ("lamp", "bar", TEXT),
    ("on-lamp", "lamp", TEXT),
    *((kind, "surface", TEXT) for kind in ("good", "risk", "bad", "info")),
    *((kind, f"{kind}-soft", TEXT) for kind in ("good", "risk", "bad", "info")),
    *((ink, f"{kind}-soft", TEXT) for ink in ("ink", "ink-2") for kind in ("good", "risk", "bad", "info")),
    *((f"o-{o}-on", f"o-{o}", TEXT) for o in OWNERS),
    *((f"o-{o}-ink", paper, TEXT) for o in OWNERS for paper in ("surface", f"o-{o}-soft")),
    *((ink, f"o-{o}-soft", TEXT) for o in OWNERS for ink in ("ink", "ink-2")),
    ("o-credit-plan-on", "o-credit-plan", TEXT),
    *((line, paper, SHAPE) for line in ("line-strong", "focus") for paper in ("surface", "bg")),
    *((f"o-{o}-edge", "surface", SHAPE) for o in OWNERS),
]


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", block))


LIGHT = colours(TOKENS.split("prefers-color-scheme", 1)[0])
BY_SYSTEM, BY_CHOICE = (
    colours(part) for part in TOKENS.split("prefers-color-scheme", 1)[1].split('[data-theme="dark"]')
)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("theme", "values"), [("light", LIGHT), ("dark", LIGHT | BY_CHOICE)])
def test_contrast(theme: str, values: dict[str, str]) -> None:
    weak = [
        f"{ink} on {paper} in {theme}: {contrast(values[ink], values[paper]):.2f}, needed {least}"
        for ink, paper, least in PAIRS
        if contrast(values[ink], values[paper]) < least
    ]
    assert weak == []


def test_dark_is_the_same_whether_chosen_or_the_systems() -> None:
    assert BY_SYSTEM == BY_CHOICE
    assert len(BY_CHOICE) > 50
