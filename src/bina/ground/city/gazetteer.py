"""Finds a place by what people call it: streets, squares, landmarks, neighbourhoods, districts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bina.ground.city.dated import epoch, standing
from bina.ground.city.models import Area, Street
from bina.ground.city.wordindex import WordIndex
from bina.ground.sla.version import per_version

# The word people put before a name, or leave out.
KIND_WORDS = {
    "street": "خیابان", "boulevard": "بلوار", "square": "میدان", "landmark": "", "neighbourhood": "محله",
    "alley_root": "", "district": "", "subdistrict": "",
}  # fmt: skip
# Words that say what kind of place it is, not which.
KINDS_SAID = (
    "خیابان",
    "خ",
    "بلوار",
    "بولوار",
    "میدان",
    "فلکه",
    "بزرگراه",
    "محله",
    "کوچه",
    "پلاک",
    "نبش",
    "منطقه",
    "ناحیه",
)
AREA_WORTH = 0.9  # a street of the same name comes before the area


@dataclass(frozen=True, slots=True)
class PlaceHit:
    """A place found by name: its point (micro-degrees), its area, how sure the point and the match are."""

    name: str
    kind: str
    lat_e6: int
    lon_e6: int
    area_id: int | None
    area_name: str
    approximate: bool
    score: float


@dataclass(frozen=True, slots=True)
class _Named:
    name: str
    kind: str
    lat_e6: int
    lon_e6: int
    area_id: int | None
    area_name: str
    approximate: bool
    worth: float
    valid_from: date
    valid_to: date | None


def find(text: str, limit: int = 10) -> list[PlaceHit]:
    """Places whose names occur in a text, best first: «طبرسی شمالی ۱۲ پلاک ۴» finds «طبرسی شمالی»."""
    named, index = _index(max(epoch("city.Street"), epoch("city.Area")))
    return [
        PlaceHit(n.name, n.kind, n.lat_e6, n.lon_e6, n.area_id, n.area_name, n.approximate, score)
        for n, score in ((named[number], score) for number, score in index.find(text, limit))
    ]


@per_version
def _index(day: date) -> tuple[tuple[_Named, ...], WordIndex]:
    streets = [
        _Named(s.name, s.kind, s.lat_e6, s.lon_e6, s.area_id, s.area.name if s.area else "", s.approximate, 1.0,
               s.valid_from, s.valid_to)
        for s in Street.objects.select_related("area").order_by("fold", "kind", "id")
    ]  # fmt: skip
    areas = [
        _Named(a.name, a.kind, a.lat_e6 or 0, a.lon_e6 or 0, a.pk, a.parent.name if a.parent else "", True,
               AREA_WORTH, a.valid_from, a.valid_to)
        for a in Area.objects.select_related("parent").filter(lat_e6__isnull=False).order_by("code")
    ]  # fmt: skip
    named = standing([*streets, *areas], day)
    phrases = [[(n.name, n.worth), (f"{KIND_WORDS[n.kind]} {n.name}", n.worth)] for n in named]
    return named, WordIndex(phrases, weak=KINDS_SAID)
