"""Draws approximate shapes for a city whose real boundaries are not to be had: cells around the areas' centres.

Run `python -m bina.doors.cli.citymake cities/NAME`. It reads areas.csv and, where there is one, outline.geojson, and
writes shapes.geojson: districts and, inside them, sub-districts, which share the outline without gap or overlap.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import shapely
from shapely.affinity import scale
from shapely.geometry import MultiPoint, Point, Polygon, box, mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import polygonize

GRID = 1e-5  # degrees: some metre; every corner lies on it, so neighbours share theirs exactly
DENSITY = 10_000  # people a square kilometre, to guess from its population how far a district reaches
BEYOND = 0.03  # degrees around the centres, where no outline is given
STEPS = 40  # of spreading sub-districts evenly
KM_A_DEGREE = 111.2

Row = dict[str, str]


def read(path: Path) -> list[Row]:
    """The rows of one of the city's CSV files, without its comment lines."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def draw(areas: Sequence[Row], outline: BaseGeometry | None = None) -> dict[str, BaseGeometry]:
    """Shapes of districts and sub-districts by code, in degrees.

    A district is the cell of its centre in a weighted Voronoi diagram (more people reach further); a sub-district
    is the Voronoi cell of its centre inside its district, or of a point of its own choice where it has none.
    """
    districts = [row for row in areas if row["kind"] == "district"]
    if not districts:
        raise ValueError("areas.csv: no row of kind district / هیچ سطر منطقه‌ای نیست")
    lacking = [row["code"] for row in districts if not (row["lat"] and row["lon"])]
    if lacking:
        raise ValueError(f"areas.csv: district without lat, lon / منطقهٔ بی‌مختصات: {', '.join(lacking)}")
    squeeze = math.cos(math.radians(float(districts[0]["lat"])))
    centres = [_centre(row, squeeze) for row in districts]
    whole = _flat(outline, squeeze) if outline is not None else MultiPoint(centres).convex_hull.buffer(BEYOND)
    weights = [float(row.get("population") or 0) / DENSITY / (2 * math.pi) / KM_A_DEGREE**2 for row in districts]
    leaves: dict[str, BaseGeometry] = {}
    owner: dict[str, str] = {}
    for row, cell in zip(districts, cells(centres, weights, whole), strict=True):
        subs = [sub for sub in areas if sub["kind"] == "subdistrict" and sub["parent"] == row["code"]]
        if subs and all(sub["lat"] and sub["lon"] for sub in subs):
            points = [_centre(sub, squeeze) for sub in subs]
        else:
            points = spread(cell, len(subs))
        inner = cells(points, [0.0] * len(points), cell)
        parts = dict(zip((sub["code"] for sub in subs), inner, strict=True)) or {row["code"]: cell}
        owner |= dict.fromkeys(parts, row["code"])
        leaves |= parts
    empty = [code for code, part in leaves.items() if part.is_empty]
    if empty:
        raise ValueError(f"no room left inside the outline for / جایی نماند برای: {', '.join(empty)}")
    fitted = fit({code: scale(part, 1 / squeeze, 1, origin=(0, 0)) for code, part in leaves.items()})
    for row in districts:
        fitted[row["code"]] = shapely.union_all([fitted[code] for code in leaves if owner[code] == row["code"]])
    return fitted


def cells(points: Sequence[Point], weights: Sequence[float], whole: BaseGeometry) -> list[BaseGeometry]:
    """The weighted Voronoi cells of points on a plane (weight: the square of a reach), cut by `whole`."""
    west, south, east, north = whole.bounds
    far = 4 * max(east - west, north - south)
    found = []
    for i, here in enumerate(points):
        cell = box(west, south, east, north)
        for j, there in enumerate(points):
            if i != j:
                cell = cell.intersection(_half_plane(here, there, weights[i] - weights[j], far))
        found.append(cell.intersection(whole))
    return found


def spread(region: BaseGeometry, count: int) -> list[Point]:
    """`count` points that share a region evenly: k-means on a lattice, the same every time."""
    if count == 0:
        return []
    west, south, east, north = region.bounds
    xs, ys = np.meshgrid(np.linspace(west, east, 80), np.linspace(south, north, 80))
    lattice = np.column_stack([xs.ravel(), ys.ravel()])
    lattice = lattice[shapely.contains_xy(region, lattice[:, 0], lattice[:, 1])]
    chosen = lattice[[int(np.argmin(lattice[:, 0]))]]
    while len(chosen) < count:
        chosen = np.vstack([chosen, lattice[int(np.argmax(_away(lattice, chosen).min(axis=1)))]])
    for _ in range(STEPS):
        nearest = _away(lattice, chosen).argmin(axis=1)
        chosen = np.array([lattice[nearest == k].mean(axis=0) for k in range(count)])
    return [Point(x, y) for x, y in chosen]


def fit(parts: dict[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """The parts of a partition with every corner on the grid: borders are cut once and given to both sides."""
    borders = shapely.union_all([part.boundary for part in parts.values()], grid_size=GRID)
    faces: dict[str, list[Polygon]] = {code: [] for code in parts}
    for face in polygonize(borders):
        share = {code: part.intersection(face).area for code, part in parts.items()}
        best = max(share, key=lambda code: share[code])
        if share[best] > 0.5 * face.area:  # a hole in the outline belongs to nobody
            faces[best].append(face)
    return {code: shapely.union_all(pieces) for code, pieces in faces.items()}


def collection(areas: Sequence[Row], shapes: dict[str, BaseGeometry]) -> dict[str, object]:
    """The shapes as a GeoJSON FeatureCollection in the order of areas.csv."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": row["code"], "name": row["name"], "approximate": True},
            "geometry": _rounded(mapping(shapes[row["code"]])),
        }
        for row in areas
        if row["code"] in shapes
    ]
    return {"type": "FeatureCollection", "features": features}


def _centre(row: Row, squeeze: float) -> Point:
    return Point(float(row["lon"]) * squeeze, float(row["lat"]))


def _flat(outline: BaseGeometry, squeeze: float) -> BaseGeometry:
    return scale(outline, squeeze, 1, origin=(0, 0))


def _away(lattice: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    return np.hypot(*(lattice[:, None, :] - chosen[None, :, :]).transpose(2, 0, 1))


def _half_plane(here: Point, there: Point, lead: float, far: float) -> Polygon:
    """The side of the border of two weighted points that belongs to `here`, as a large square."""
    dx, dy = there.x - here.x, there.y - here.y
    length = math.hypot(dx, dy)
    if length == 0:
        raise ValueError(f"two areas have the same centre / دو ناحیه یک مرکز دارند: {here.y}, {here.x}")
    ux, uy = dx / length, dy / length
    reach = (length + lead / length) / 2
    x, y = here.x + ux * reach, here.y + uy * reach
    side = [(-uy * far, ux * far), (uy * far, -ux * far)]
    near = [(x + sx, y + sy) for sx, sy in side]
    behind = [(x - ux * far + sx, y - uy * far + sy) for sx, sy in reversed(side)]
    return Polygon(near + behind)


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, tuple | list) else value


def _lines(made: dict[str, object]) -> Iterator[str]:
    """One feature a line, so that a changed district is one changed line."""
    features = made["features"]
    assert isinstance(features, list)
    yield '{"type": "FeatureCollection", "features": ['
    yield ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    yield "]}"


def main(arguments: Sequence[str]) -> int:
    """Draws the shapes of one city folder; 2 when it cannot."""
    if len(arguments) != 1:
        print("python -m bina.doors.cli.citymake cities/NAME", file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    border = folder / "outline.geojson"
    try:
        outline = shape(json.loads(border.read_text(encoding="utf-8"))["geometry"]) if border.exists() else None
        areas = read(folder / "areas.csv")
        shapes = draw(areas, outline)
    except (OSError, KeyError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    (folder / "shapes.geojson").write_text("\n".join(_lines(collection(areas, shapes))) + "\n", encoding="utf-8")
    print(f"{folder / 'shapes.geojson'}: {len(shapes)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
