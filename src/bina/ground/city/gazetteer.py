"""Finds a place by what people call it: streets, squares, landmarks, neighbourhoods, districts."""

from __future__ import annotations

from datetime import date

from bina.ground.city.dated import epoch, standing
from bina.ground.city.models import Area, Street
from bina.ground.city.placenames import KIND_WORDS, KINDS_SAID, Gazetteer, Named, PlaceHit
from bina.ground.sla.version import per_version

__all__ = ["KINDS_SAID", "KIND_WORDS", "Gazetteer", "Named", "PlaceHit", "find", "names"]
AREA_WORTH = 0.9  # a street of the same name comes before the area


def find(text: str, limit: int = 10) -> list[PlaceHit]:
    """Places whose names occur in a text, best first: «طبرسی شمالی ۱۲ پلاک ۴» finds «طبرسی شمالی»."""
    return _standing(max(epoch("city.Street"), epoch("city.Area"))).find(text, limit)


def names(kind: str) -> list[Named]:
    """The places of a kind that stand today, by name."""
    return [n for n in _standing(max(epoch("city.Street"), epoch("city.Area"))).named if n.kind == kind]


@per_version
def _standing(day: date) -> Gazetteer:
    streets = [
        Named(s.name, s.kind, s.lat_e6, s.lon_e6, s.area_id, s.area.name if s.area else "", s.approximate, 1.0,
               s.valid_from, s.valid_to)
        for s in Street.objects.select_related("area").order_by("fold", "kind", "id")
    ]  # fmt: skip
    areas = [
        Named(a.name, a.kind, a.lat_e6 or 0, a.lon_e6 or 0, a.pk, a.parent.name if a.parent else "", True,
               AREA_WORTH, a.valid_from, a.valid_to)
        for a in Area.objects.select_related("parent").filter(lat_e6__isnull=False).order_by("code")
    ]  # fmt: skip
    return Gazetteer(standing([*streets, *areas], day))
