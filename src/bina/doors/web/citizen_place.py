"""Where a report may be: what its photo says, what its address names, and what is known near by already."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bina.doors.web import when
from bina.flow.cases import alike
from bina.flow.cases.events import moment
from bina.flow.cases.photos import Photo
from bina.ground.city import gazetteer, nearby, places
from bina.ground.text.digits import latin
from bina.ground.text.letters import search_fold

_END = re.compile(r"[،,؛;]")
_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?:/\d{1,3})?(?!\d)")
AREAS = ("district", "subdistrict")
NEAR_METRES = 400  # a street's known point nearer than that gives a photo's place its name


@dataclass(frozen=True, slots=True)
class Spot:
    """A point of the city with what lies there; `exact` when it was measured, not guessed from a name."""

    lat_e6: int
    lon_e6: int
    where: places.Where | None
    exact: bool
    street: str = ""

    @property
    def metres(self) -> tuple[float, float]:
        """Local metres, as cases are kept."""
        return places.metres(self.lat_e6, self.lon_e6)


def of_photo(photo: Photo) -> Spot | None:
    """The place that a photo's own metadata names, with the nearest street; None when it names none of this city."""
    if photo.lat_e6 is None or photo.lon_e6 is None:
        return None
    return of_point(photo.lat_e6 / 1e6, photo.lon_e6 / 1e6)


def of_point(lat: Any, lon: Any) -> Spot | None:
    """A measured point (degrees) with the nearest street; None when it is no place of this city."""
    try:
        point = places.check_point(lat, lon)
    except places.WrongPlace:
        return None
    streets = nearby.streets_near(point.lat_e6, point.lon_e6, 1)
    return Spot(*point, places.locate(*point), True, streets[0] if streets else "")


def of_words(address: str) -> Spot | None:
    """The point that stands for the street, landmark or neighbourhood an address begins with; None if unknown."""
    place = named(address)
    number = _NUMBER.search(latin(place))
    bare = f"{place[: number.start()]} {place[number.end() :]}" if number else place
    if not search_fold(bare):
        return None
    hit = next((h for h in gazetteer.find(bare, 3) if h.kind not in AREAS), None)
    return Spot(hit.lat_e6, hit.lon_e6, places.locate(hit.lat_e6, hit.lon_e6), False, hit.name) if hit else None


def named(address: str) -> str:
    """The part of an address before its first comma: «طبرسی ۱۲» of «طبرسی ۱۲، روبه‌روی نانوایی»."""
    return _END.split(address[:200], maxsplit=1)[0].strip()


def taken(photo: Photo) -> str:
    """When a photo was taken, as its camera's clock had it: ۲ آذر ۱۸:۱۲; empty when it does not say."""
    return when.stamp(moment(photo.taken_at), "UTC") if photo.taken_at else ""


def near(subject_id: int, address: str, spot: Spot | None) -> list[alike.Alike]:
    """Open problems of the same subject that the report may be about."""
    place = named(address)
    if spot is None and not place:
        return []
    return alike.known(subject_id, text=place, point=spot.metres if spot else None, exact=bool(spot and spot.exact))
