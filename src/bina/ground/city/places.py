"""Where a point lies: district, sub-district, neighbourhood; local metres; what is no place of this city."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from bina.ground.city import installation
from bina.ground.city.dated import epoch, in_force, standing, this_day
from bina.ground.city.gazetteer import PlaceHit, find
from bina.ground.city.map import Map
from bina.ground.city.models import Area
from bina.ground.sla.version import per_version
from bina.ground.text.digits import latin
from bina.ground.text.errors import TextError

__all__ = [
    "AreaRow", "PlaceHit", "Point", "Where", "WrongPlace", "area", "area_by_code", "areas", "check_point", "districts",
    "find", "locate", "metres", "shapes", "subdistricts",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A district, sub-district or neighbourhood; its centre in micro-degrees; its shape stays with `shapes`."""

    id: int
    kind: str
    code: str
    name: str
    name_en: str
    parent_id: int | None
    lat_e6: int | None
    lon_e6: int | None
    approximate: bool
    population: int | None
    development: dict[str, Any] | None
    source: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Where:
    """The areas a point lies in; a neighbourhood known only by its centre is the nearest of the district."""

    district: AreaRow
    subdistrict: AreaRow | None = None
    neighbourhood: AreaRow | None = None


class Point(NamedTuple):
    """A checked point of the city, in micro-degrees."""

    lat_e6: int
    lon_e6: int


class WrongPlace(TextError):
    """A point that cannot be a place of this city; the sentence says why and what to do."""


def areas(kind: str) -> tuple[AreaRow, ...]:
    """The areas of a kind in force today, by code."""
    return _in_force(kind, epoch("city.Area"))


def districts() -> tuple[AreaRow, ...]:
    """The districts in force today, by code."""
    return areas("district")


def subdistricts(district_id: int) -> tuple[AreaRow, ...]:
    """The sub-districts of a district in force today, by code."""
    return tuple(row for row in areas("subdistrict") if row.parent_id == district_id)


def area(area_id: int) -> AreaRow | None:
    """One area, also one that has ended; None for an unknown id."""
    return _all()[0].get(area_id)


def area_by_code(code: str) -> AreaRow | None:
    """The area of a code, if it is in force today."""
    row = _all()[1].get(code)
    return row if row is not None and in_force(row, this_day()) else None


def locate(lat_e6: int, lon_e6: int) -> Where | None:
    """The areas a point (micro-degrees) lies in, None outside the city. Without shapes: the nearest centre."""
    found = _map(epoch("city.Area")).find(lat_e6, lon_e6)
    if found is None:
        return None
    rows = _all()[0]
    district, sub, near = found
    return Where(rows[district], rows.get(sub) if sub else None, rows.get(near) if near else None)


def metres(lat_e6: int, lon_e6: int) -> tuple[float, float]:
    """East and north of the city's origin in metres, on the plane that touches the ellipsoid there.

    Source of the two scales: the series of a degree's length on WGS 84. Within 30 km of the origin distances are
    right to 0.3 %.
    """
    lat, lon, north, east = _projection()
    return (lon_e6 - lon) * east, (lat_e6 - lat) * north


def check_point(lat: object, lon: object) -> Point:
    """A point given in degrees (numbers, or text in any digits) as a place of this city; raises WrongPlace."""
    y, x = _degrees(lat), _degrees(lon)
    if abs(y) < 0.01 and abs(x) < 0.01:
        raise WrongPlace(
            "این نقطه صفر و صفر است؛ گوشی شما جایش را نیافته است. نقطه را روی نقشه بگذارید یا نشانی بنویسید.",
            "This point is zero, zero: your device found no place. Put the point on the map or write an address.",
        )
    point = Point(round(y * 1_000_000), round(x * 1_000_000))
    if locate(point.lat_e6, point.lon_e6) is not None:
        return point
    if locate(point.lon_e6, point.lat_e6) is not None:
        raise WrongPlace(
            "عرض و طول جغرافیایی جابه‌جا نوشته شده‌اند؛ نخست عرض، سپس طول.",
            "Latitude and longitude are the wrong way round: latitude first, then longitude.",
        )
    if not -90 <= y <= 90 or not -180 <= x <= 180:
        raise _no_number()
    raise WrongPlace(
        "این نقطه بیرون از محدودهٔ شهر است. نقطه را روی نقشه جابه‌جا کنید یا نشانی بنویسید.",
        "This point lies outside the city. Move it on the map or write an address.",
    )


@per_version
def shapes(kind: str) -> dict[str, Any]:
    """The shapes of a kind in force today as a GeoJSON FeatureCollection: id, code, name, approximate."""
    day = this_day()
    features = [
        {
            "type": "Feature",
            "id": row.pk,
            "properties": {
                "code": row.code, "name": row.name, "name_en": row.name_en, "approximate": row.approximate,
            },
            "geometry": row.shape,
        }
        for row in Area.objects.filter(kind=kind, shape__isnull=False).order_by("code")
        if in_force(row, day)
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def _degrees(value: object) -> float:
    if isinstance(value, str):
        text = latin(value[:40].strip()).replace("٫", ".").replace("/", ".")
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        text = ""
    else:
        raise _no_number()
    try:
        number = float(text) if text else float(value)
    except (ValueError, OverflowError):
        raise _no_number() from None
    if not math.isfinite(number) or abs(number) > 1000:
        raise _no_number()
    return number


def _no_number() -> WrongPlace:
    return WrongPlace(
        "نقطه باید دو عدد باشد: عرض جغرافیایی میان ۹۰- و ۹۰ و طول میان ۱۸۰- و ۱۸۰.",
        "A point is two numbers: a latitude between -90 and 90 and a longitude between -180 and 180.",
    )


@per_version
def _projection() -> tuple[int, int, float, float]:
    """Origin in micro-degrees, and metres of one micro-degree north and east there."""
    here = installation.current()
    lat = math.radians(here.origin_lat_e6 / 1e6)
    north = 111132.954 - 559.822 * math.cos(2 * lat) + 1.175 * math.cos(4 * lat)
    east = 111412.84 * math.cos(lat) - 93.5 * math.cos(3 * lat) + 0.118 * math.cos(5 * lat)
    return here.origin_lat_e6, here.origin_lon_e6, north / 1e6, east / 1e6


@per_version
def _all() -> tuple[dict[int, AreaRow], dict[str, AreaRow]]:
    fields = list(AreaRow.__slots__)
    rows = [AreaRow(*values) for values in Area.objects.order_by("code").values_list(*fields)]
    return {row.id: row for row in rows}, {row.code: row for row in rows}


@per_version
def _in_force(kind: str, day: date) -> tuple[AreaRow, ...]:
    return standing((row for row in _all()[0].values() if row.kind == kind), day)


@per_version
def _map(day: date) -> Map:
    rows = [row for row in _all()[0].values() if in_force(row, day)]
    drawn = dict(Area.objects.filter(shape__isnull=False).values_list("id", "shape"))
    _, _, north, east = _projection()
    return Map([(r.id, r.kind, _district(r), r.lat_e6, r.lon_e6, drawn.get(r.id)) for r in rows], east / north)


def _district(row: AreaRow) -> int | None:
    """The district above an area, None for a district."""
    above = _all()[0].get(row.parent_id) if row.parent_id else None
    while above is not None and above.kind != "district" and above.parent_id:
        above = _all()[0].get(above.parent_id)
    return above.id if above else None
