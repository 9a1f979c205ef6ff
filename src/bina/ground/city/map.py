"""A map that answers where a point lies in a few microseconds: a grid of cells over prepared polygons."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import shapely
from shapely.geometry import box, shape
from shapely.geometry.base import BaseGeometry

CELL_E6 = 2000  # micro-degrees: some 200 m
NEAR_E6 = 15_000  # how far north or south a neighbourhood known by its centre alone reaches: some 1.7 km
CITY_E6 = 150_000  # how far a city without any shape reaches around its districts' centres: some 17 km

AreaLine = tuple[int, str, int | None, int | None, int | None, Any]  # id, kind, parent, lat, lon, GeoJSON or None
Candidate = tuple[int, int | None, BaseGeometry | None]  # id, parent, polygon; None: the whole cell lies inside
Cell = tuple[list[Candidate], list[Candidate], list[Candidate]]
KINDS = ("district", "subdistrict", "neighbourhood")


class Map:
    """Areas in force on one day; cells are looked up once, when the first point falls in them."""

    def __init__(self, areas: Iterable[AreaLine], east_by_north: float) -> None:
        self.squeeze = east_by_north  # length of a degree of longitude over one of latitude
        self.ids: list[tuple[int, int | None, int]] = []  # id, parent, place in KINDS; beside self.polygons
        self.polygons: list[BaseGeometry] = []
        self.centres: dict[int | None, list[tuple[int, int, int]]] = {}  # district → (id, lat, lon) of neighbourhoods
        self.districts: list[tuple[int, int, int]] = []
        for key, kind, parent, lat, lon, drawn in areas:
            if drawn is not None:
                polygon = shape(drawn)
                shapely.prepare(polygon)
                self.ids.append((key, parent, KINDS.index(kind)))
                self.polygons.append(polygon)
            elif lat is not None and lon is not None:
                if kind == "neighbourhood":
                    self.centres.setdefault(parent, []).append((key, lat, lon))
                elif kind == "district":
                    self.districts.append((key, lat, lon))
        self.drawn = any(level == 0 for _, _, level in self.ids)
        self.tree = shapely.STRtree(self.polygons)
        self.bounds = shapely.total_bounds(self.polygons) if self.polygons else None
        self.cells: dict[tuple[int, int], Cell] = {}

    def find(self, lat_e6: int, lon_e6: int) -> tuple[int, int | None, int | None] | None:
        """Ids of the district, the sub-district and the neighbourhood of a point; None outside."""
        if not self.drawn:
            district = self._nearest(self.districts, lat_e6, lon_e6, CITY_E6)
            return None if district is None else (district, None, self._near(district, lat_e6, lon_e6))
        x, y = lon_e6 / 1e6, lat_e6 / 1e6
        west, south, east, north = self.bounds  # type: ignore[misc]
        if not (south <= y <= north and west <= x <= east):
            return None
        key = (lat_e6 // CELL_E6, lon_e6 // CELL_E6)
        cell = self.cells.get(key)
        if cell is None:
            cell = self.cells[key] = self._fill(key)
        district = _pick(cell[0], None, x, y)
        if district is None:
            return None
        near = _pick(cell[2], district, x, y) if cell[2] else None
        return (
            district,
            _pick(cell[1], district, x, y),
            near if near is not None else self._near(district, lat_e6, lon_e6),
        )

    def _fill(self, key: tuple[int, int]) -> Cell:
        south, west = key[0] * CELL_E6 / 1e6, key[1] * CELL_E6 / 1e6
        square = box(west, south, west + CELL_E6 / 1e6, south + CELL_E6 / 1e6)
        cell: Cell = ([], [], [])
        for place in sorted(int(i) for i in self.tree.query(square, predicate="intersects")):
            area, parent, level = self.ids[place]
            polygon = self.polygons[place]
            whole = bool(polygon.contains(square))
            cell[level].append((area, parent, None if whole else polygon))
        return cell

    def _near(self, district: int, lat_e6: int, lon_e6: int) -> int | None:
        return self._nearest(self.centres.get(district, []), lat_e6, lon_e6, NEAR_E6)

    def _nearest(self, centres: list[tuple[int, int, int]], lat_e6: int, lon_e6: int, within: int) -> int | None:
        best, least = None, float(within)
        for key, lat, lon in centres:
            far = math.hypot(lat_e6 - lat, (lon_e6 - lon) * self.squeeze)
            if far < least:
                best, least = key, far
        return best


def _pick(candidates: list[Candidate], parent: int | None, x: float, y: float) -> int | None:
    """The first candidate that holds the point; one on a shared border falls to the first by code."""
    for area, above, polygon in candidates:
        if (parent is None or above == parent) and (polygon is None or shapely.intersects_xy(polygon, x, y)):
            return area
    return None
