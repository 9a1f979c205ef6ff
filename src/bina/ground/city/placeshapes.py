"""The city as a drawing in local metres: its districts and sub-districts as paths, the names that stand on it."""

from __future__ import annotations

from typing import Any

from shapely.geometry import MultiPolygon, Polygon, shape

from bina.ground.city import gazetteer, places
from bina.ground.sla.version import per_version

FINE = 0.00015  # degrees: what of a border is left out, some 15 m
AROUND = 15_000.0  # metres about the centres of a city without shapes
MARGIN = 600.0  # metres round the drawing
# Kinds of names in the order in which they are drawn while there is room; alleys and parts of districts are not.
NAMED = ("boulevard", "neighbourhood", "square", "landmark", "street")

Edges = tuple[float, float, float, float]  # west, south, east, north in local metres


@per_version
def drawing() -> dict[str, Any]:
    """The whole drawing, ready for JSON: box, districts, sub-districts, names; x east and y north in metres.

    A district: code, name, name_en, d (an SVG path whose y is turned to grow downwards; empty for one that is known by
    its centre alone), x and y of its name, approximate.
    """
    drawn = {f["id"]: f["geometry"] for f in places.shapes("district")["features"]}
    return {
        "box": list(edges()),
        "scale": list(scale()),
        "districts": [_district(district, drawn.get(district.id)) for district in places.districts()],
        "parts": [_drawn(f["geometry"])["d"] for f in places.shapes("subdistrict")["features"]],
        "names": _names(),
    }  # fmt: skip


@per_version
def edges() -> Edges:
    """The box that holds every district, with a margin; of a city without shapes, some way about its centres."""
    known = [_ends(f["geometry"]) for f in places.shapes("district")["features"]]
    centres = [places.metres(d.lat_e6, d.lon_e6) for d in places.districts() if d.lat_e6 is not None and d.lon_e6]
    known += [(x - AROUND, y - AROUND, x + AROUND, y + AROUND) for x, y in centres] if not known else []
    return _around(known)


def edges_of(codes: set[str]) -> Edges:
    """The box that holds these districts with a margin; the whole city's when none of them is drawn."""
    known = [_ends(f["geometry"]) for f in places.shapes("district")["features"] if f["properties"]["code"] in codes]
    return _around(known) if known else edges()


@per_version
def scale() -> tuple[float, float, float, float]:
    """Latitude and longitude (degrees) of the point from which metres are counted, metres of a degree north, east."""
    here = places.metres(0, 0)
    one = places.metres(1_000_000, 1_000_000)
    north, east = one[1] - here[1], one[0] - here[0]
    return -here[1] / north, -here[0] / east, north, east


def _district(row: places.AreaRow, geometry: Any) -> dict[str, Any]:
    if geometry is not None:
        drawn = _drawn(geometry)
    elif row.lat_e6 is not None and row.lon_e6 is not None:
        x, y = places.metres(row.lat_e6, row.lon_e6)
        drawn = {"d": "", "x": round(x), "y": round(y)}
    else:
        drawn = {"d": "", "x": None, "y": None}
    return {"code": row.code, "name": row.name, "name_en": row.name_en, "approximate": row.approximate, **drawn}


def _names() -> list[dict[str, Any]]:
    seen: set[str] = set()
    found = []
    for kind in NAMED:
        for place in gazetteer.names(kind):
            if place.name not in seen:
                seen.add(place.name)
                x, y = places.metres(place.lat_e6, place.lon_e6)
                found.append({"name": place.name, "kind": kind, "x": round(x), "y": round(y)})
    return found


def _drawn(geometry: Any) -> dict[str, Any]:
    form = shape(geometry).simplify(FINE)
    parts = [form] if isinstance(form, Polygon) else list(form.geoms) if isinstance(form, MultiPolygon) else []
    middle = _metres(form.representative_point().coords[0]) if parts else (0.0, 0.0)
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return {"d": "".join(_path(ring.coords) for ring in rings), "x": round(middle[0]), "y": round(middle[1])}


def _path(ring: Any) -> str:
    points = [_metres(point) for point in ring][:-1]
    return "M" + "L".join(f"{x:.0f} {-y:.0f}" for x, y in points) + "Z"


def _metres(point: Any) -> tuple[float, float]:
    return places.metres(round(point[1] * 1e6), round(point[0] * 1e6))


def _ends(geometry: Any) -> Edges:
    west, south, east, north = shape(geometry).bounds
    return (*_metres((west, south)), *_metres((east, north)))


def _around(known: list[Edges]) -> Edges:
    if not known:
        return -AROUND, -AROUND, AROUND, AROUND
    return (
        min(k[0] for k in known) - MARGIN, min(k[1] for k in known) - MARGIN,
        max(k[2] for k in known) + MARGIN, max(k[3] for k in known) + MARGIN,
    )  # fmt: skip
