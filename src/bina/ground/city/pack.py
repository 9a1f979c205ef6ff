"""What a city's folder says of the city itself: the installation, areas, bodies, streets, crews, desks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from bina.ground.city.folder import Folder, Row, read_day
from bina.ground.city.models import AREA_KINDS, STREET_KINDS, UNIT_KINDS, Area, Crew, Desk, Street, Unit
from bina.ground.city.sync import Table, Wanted, unique
from bina.ground.text.letters import one_line, search_fold

AREAS = Table("area", Area, links={"parent": Area})
UNITS = Table("unit", Unit, links={"parent": Unit, "area": Area})
STREETS = Table("street", Street, key=("fold", "kind", "lat_e6", "lon_e6"), links={"area": Area})
CREWS = Table("crew", Crew, links={"unit": Unit})
DESKS = Table("desk", Desk, links={"area": Area, "subdistrict": Area})
CITY, AREA_FILE, UNIT_FILE, STREET_FILE = "city.toml", "areas.csv", "units.csv", "streets.csv"
CREW_FILE, DESK_FILE = "crews.csv", "desks.csv"
EACH = "*"  # in a code: the row is a template, one for each district


@dataclass(frozen=True, slots=True)
class CityFile:
    """city.toml: identity, zone, origin of the local metres (micro-degrees), and since when its first rows hold."""

    code: str
    name: str
    name_en: str
    zone: str
    area_code: str
    origin_lat_e6: int
    origin_lon_e6: int
    valid_from: date
    shape_property: str = "code"  # which property of a feature names its area,
    shape_prefix: str = ""  # and what stands before it in the area's code


@dataclass(frozen=True, slots=True)
class Shape:
    """A drawn area: its GeoJSON geometry, whether it is only approximate, its centre in micro-degrees."""

    geometry: dict[str, Any]
    approximate: bool
    lat_e6: int
    lon_e6: int


def read_city(folder: Folder) -> CityFile | None:
    """city.toml; None, with what is wrong told, if it does not make a city."""
    told = folder.toml(CITY)
    if not told:
        if not folder.wrongs:
            folder.tell(CITY, 0, "is empty; it needs code, name, zone, origin_lat, origin_lon, valid_from")
        return None
    before = len(folder.wrongs)
    zone = _text(folder, told, "zone")
    try:
        ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        folder.tell(CITY, 0, f"zone “{zone}” is no time zone; write for example Asia/Tehran")
    shapes = told.get("shapes", {})
    if not isinstance(shapes, dict):
        folder.tell(CITY, 0, "write [shapes] as a table: property, prefix")
        shapes = {}
    city = CityFile(
        code=_text(folder, told, "code"), name=_text(folder, told, "name"), zone=zone,
        name_en=_text(folder, told, "name_en", ""), area_code=_text(folder, told, "area_code", ""),
        origin_lat_e6=_degrees(folder, told, "origin_lat", 90), origin_lon_e6=_degrees(folder, told, "origin_lon", 180),
        valid_from=_since(folder, told.get("valid_from")), shape_property=_text(folder, shapes, "property", "code"),
        shape_prefix=_text(folder, shapes, "prefix", ""),
    )  # fmt: skip
    return city if len(folder.wrongs) == before else None


def _text(folder: Folder, told: dict[str, Any], key: str, default: str | None = None) -> str:
    value = told.get(key, default)
    if not isinstance(value, str) or (default is None and not one_line(value)):
        folder.tell(CITY, 0, f"{key} must be a text")
        return ""
    return one_line(value)


def _degrees(folder: Folder, told: dict[str, Any], key: str, most: int) -> int:
    value = told.get(key)
    if not isinstance(value, int | float) or isinstance(value, bool) or not -most <= value <= most:
        folder.tell(CITY, 0, f"{key} must be a number between -{most} and {most}")
        return 0
    return round(value * 1_000_000)


def _since(folder: Folder, told: object) -> date:
    try:
        return told.date() if isinstance(told, datetime) else told if isinstance(told, date) else read_day(str(told))
    except ValueError:
        folder.tell(CITY, 0, "valid_from must be a date: 1404/01/01 or 2025-03-21")
        return date.min


def read_shapes(folder: Folder, city: CityFile, path: Path | None = None) -> dict[str, Shape]:
    """Shapes by the code of their area, from a GeoJSON file elsewhere or from shapes.geojson, if there is one."""
    source, file = (replace(folder, path=path.parent), path.name) if path else (folder, "shapes.geojson")
    if path is None and not folder.has(file):
        return {}
    shapes: dict[str, Shape] = {}
    for number, feature in enumerate(source.features(file), start=1):
        properties = feature.get("properties") or {}
        named = properties.get(city.shape_property) if isinstance(properties, dict) else None
        code = f"{city.shape_prefix}{named}"
        sentence = ""
        if not named:
            sentence = f"has no property {city.shape_property}"
        elif code in shapes:
            sentence = "stands twice"
        elif (drawn := _drawn(feature.get("geometry"))) is None:
            sentence = "is no sound polygon in degrees, longitude first"
        else:
            inside = drawn.representative_point()
            shapes[code] = Shape(
                feature["geometry"], bool(properties.get("approximate", False)),
                round(inside.y * 1_000_000), round(inside.x * 1_000_000),
            )  # fmt: skip
        if sentence:
            folder.tell(file, 0, f"feature {number} ({code}) {sentence}")
    return shapes


def _drawn(geometry: Any) -> BaseGeometry | None:
    try:
        drawn = shape(geometry)
        sound = drawn.geom_type in ("Polygon", "MultiPolygon") and drawn.is_valid and not drawn.is_empty
        west, south, east, north = drawn.bounds if sound else (0, 0, 0, 0)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        return None
    return drawn if sound and max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90 else None


def read_areas(folder: Folder, shapes: dict[str, Shape]) -> list[Wanted]:
    """areas.csv with its shapes; a shape without a row is told as wrong."""
    columns = ("kind", "code", "name", "name_en", "parent", "lat", "lon")
    rows = [(row, _area(row, shapes)) for row in folder.rows(AREA_FILE, columns)]
    kinds = {want.values["code"]: want.values["kind"] for _, want in rows}
    above: dict[str, tuple[str, ...]] = {
        "district": (),
        "subdistrict": ("district",),
        "neighbourhood": ("district", "subdistrict"),
    }
    for row, want in rows:
        kind, parent = want.values["kind"], want.values["parent"]
        allowed = above.get(kind, ())
        if (parent is None) == bool(allowed) or (parent is not None and kinds.get(parent) not in allowed):
            row.wrong(f"parent “{parent or ''}” of a {kind} must be {' or '.join(allowed) or 'empty'}")
        if want.values["lat_e6"] is None:
            row.wrong("lat, lon are empty and no shape gives the centre")
    for code in sorted(shapes.keys() - kinds.keys()) if rows else ():
        folder.tell(AREA_FILE, 0, f"“{code}” has a shape but no row here")
    return unique(AREAS, rows)


def _area(row: Row, shapes: dict[str, Shape]) -> Wanted:
    code, drawn = row.code("code"), None
    values: dict[str, Any] = {
        "kind": row.choice("kind", AREA_KINDS),
        "code": code,
        "name": row.text("name", needed=True),
        "name_en": row.text("name_en"),
        "parent": row.code("parent", needed=False) or None,
        "lat_e6": row.degrees_e6("lat", 90),
        "lon_e6": row.degrees_e6("lon", 180),
        "approximate": row.flag("approximate"),
        "population": row.whole("population", 0, 100_000_000),
        "development": None,
        "source": row.text("source"),
    }
    level = row.whole("dev_level", 1, 5)
    if level is not None:
        values["development"] = {
            "level": level,
            "index": row.text("dev_index", needed=True),
            "source": row.text("dev_source", needed=True),
            "year": row.whole("dev_year", 1300, 2100),
        }
    drawn = shapes.get(code)
    if drawn is not None:
        values |= {"shape": drawn.geometry, "approximate": drawn.approximate or values["approximate"]}
        if values["lat_e6"] is None or values["lon_e6"] is None:
            values |= {"lat_e6": drawn.lat_e6, "lon_e6": drawn.lon_e6}
    return Wanted(values)


def read_units(folder: Folder, areas: list[Wanted], calendars: Collection[str]) -> list[Wanted]:
    """units.csv, its templates written out for each district; `calendars` are the codes there are."""
    known = {want.values["code"] for want in areas}
    rows = []
    for row in folder.rows(UNIT_FILE, ("code", "kind", "name", "name_en", "parent", "area", "calendar", "level")):
        for one in _each(row, areas):
            values: dict[str, Any] = {
                "code": one.code("code"),
                "kind": one.choice("kind", UNIT_KINDS),
                "name": one.text("name", needed=True),
                "name_en": one.text("name_en"),
                "parent": one.code("parent", needed=False) or None,
                "area": one.code("area", needed=False) or None,
                "calendar_code": one.code("calendar"),
                "phone": one.text("phone"),
                "level": one.whole("level", 0, 9) or 0,
                "source": one.text("source"),
            }
            _named(one, "area", values["area"], known)
            if values["calendar_code"] and values["calendar_code"] not in calendars:
                one.wrong(f"calendar “{values['calendar_code']}” stands not in calendars.toml")
            rows.append((one, Wanted(values)))
    codes = {want.values["code"] for _, want in rows}
    for row, want in rows:
        _named(row, "parent", want.values["parent"], codes)
    _no_circles(rows)
    return unique(UNITS, rows)


def _no_circles(rows: list[tuple[Row, Wanted]]) -> None:
    above = {want.values["code"]: want.values["parent"] for _, want in rows}
    for row, want in rows:
        code, steps = want.values["code"], 0
        while code is not None and steps <= len(above):
            code, steps = above.get(code), steps + 1
        if steps > len(above):
            row.wrong("its parents go round in a circle")


def read_crews(folder: Folder, areas: list[Wanted], units: list[Wanted]) -> list[Wanted]:
    """crews.csv, its templates written out for each district."""
    known = {want.values["code"] for want in units}
    rows = []
    for row in folder.rows(CREW_FILE, ("code", "unit", "name", "contractor")):
        for one in _each(row, areas):
            values: dict[str, Any] = {
                "code": one.code("code"),
                "unit": one.code("unit"),
                "name": one.text("name", needed=True),
                "contractor": one.flag("contractor"),
            }
            _named(one, "unit", values["unit"], known)
            rows.append((one, Wanted(values)))
    return unique(CREWS, rows)


def read_desks(folder: Folder, areas: list[Wanted], groups: Collection[str]) -> list[Wanted]:
    """desks.csv, its templates written out for each district; `groups` are the codes of subject groups."""
    kinds = {want.values["code"]: want.values for want in areas}
    districts = [code for code, area in kinds.items() if area["kind"] == "district"]
    rows = []
    for row in folder.rows(DESK_FILE, ("code", "name", "area", "subdistrict", "group")):
        for one in _each(row, areas):
            values: dict[str, Any] = {
                "code": one.code("code"),
                "name": one.text("name", needed=True),
                "area": one.code("area"),
                "subdistrict": one.code("subdistrict", needed=False) or None,
                "group_code": one.code("group", needed=False) or None,
            }
            _named(one, "area", values["area"], districts)
            if values["group_code"] and values["group_code"] not in groups:
                one.wrong(f"group “{values['group_code']}” stands not in catalogue/groups.csv")
            sub = kinds.get(values["subdistrict"] or "")
            if values["subdistrict"] and (not sub or sub["parent"] != values["area"]):
                one.wrong(f"“{values['subdistrict']}” is no sub-district of {values['area']}")
            rows.append((one, Wanted(values)))
    return unique(DESKS, rows)


def read_streets(folder: Folder, areas: list[Wanted]) -> list[Wanted]:
    """streets.csv: names that people give as a place."""
    known = {want.values["code"] for want in areas}
    rows = []
    for row in folder.rows(STREET_FILE, ("name", "kind", "lat", "lon")):
        name = row.text("name", needed=True)
        values: dict[str, Any] = {
            "name": name,
            "kind": row.choice("kind", STREET_KINDS),
            "fold": search_fold(name),
            "lat_e6": row.degrees_e6("lat", 90),
            "lon_e6": row.degrees_e6("lon", 180),
            "area": row.code("area", needed=False) or None,
            "approximate": row.flag("approximate"),
            "source": row.text("source"),
        }
        _named(row, "area", values["area"], known)
        if values["lat_e6"] is None or values["lon_e6"] is None:
            row.wrong("lat and lon are needed")
        rows.append((row, Wanted(values)))
    return unique(STREETS, rows)


def _named(row: Row, column: str, code: str | None, known: Collection[str]) -> None:
    if code and code not in known:
        row.wrong(f"{column} “{code}” stands in no row of this folder")


def _each(row: Row, areas: list[Wanted]) -> Iterator[Row]:
    """A row, or its template written out: * is a district's code, {district} its name."""
    if not row.cells["code"].startswith(EACH):
        yield row
        return
    for want in areas:
        area = want.values
        if area["kind"] == "district":
            cells = {
                column: cell.replace(EACH, area["code"]).replace(
                    "{district}", (area["name_en"] or area["name"]) if column.endswith("_en") else area["name"]
                )
                for column, cell in row.cells.items()
            }
            yield replace(row, cells=cells)
