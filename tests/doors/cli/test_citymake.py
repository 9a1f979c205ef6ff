"""Drawn shapes cover their outline without gap or overlap, and the same centres give the same shapes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shapely.geometry import Point, box, shape

from bina.doors.cli import citymake
from tests.databases import CITY

Row = dict[str, str]


def row(kind: str, code: str, lat: str = "", lon: str = "", parent: str = "", population: str = "") -> Row:
    """A row of areas.csv."""
    return {
        "kind": kind, "code": code, "name": code, "parent": parent, "lat": lat, "lon": lon, "population": population,
    }  # fmt: skip


TWO = [
    row("district", "A", "36.05", "59.05", population="300000"),
    row("district", "B", "36.05", "59.15", population="30000"),
    row("subdistrict", "A-1", parent="A"),
    row("subdistrict", "A-2", parent="A"),
]
OUTLINE = box(59.0, 36.0, 59.2, 36.1)


def test_districts_share_the_outline_and_subdistricts_share_their_district() -> None:
    shapes = citymake.draw(TWO, OUTLINE)
    assert shapes["A"].union(shapes["B"]).symmetric_difference(OUTLINE).area < 1e-9
    assert shapes["A"].intersection(shapes["B"]).area == 0
    assert shapes["A-1"].union(shapes["A-2"]).equals(shapes["A"])
    assert shapes["A-1"].intersection(shapes["A-2"]).area == 0
    assert shapes["A"].contains(Point(59.05, 36.05))
    assert shapes["A"].area > shapes["B"].area  # more people reach further
    assert shapes["A-1"].area == pytest.approx(shapes["A-2"].area, rel=0.2)


def test_without_an_outline_the_city_reaches_around_its_centres() -> None:
    shapes = citymake.draw(TWO[:2])
    assert shapes["A"].contains(Point(59.04, 36.06))
    assert not shapes["A"].union(shapes["B"]).contains(Point(59.3, 36.05))


@pytest.mark.parametrize(
    ("areas", "told"),
    [
        ([], "no row of kind district"),
        ([row("district", "A")], "district without lat, lon"),
        ([TWO[0], {**TWO[1], "lon": "59.05"}], "the same centre"),
        ([TWO[0], row("district", "B", "37.5", "59.15")], "no room left"),
    ],
)
def test_what_cannot_be_drawn_is_told(areas: list[Row], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        citymake.draw(areas, OUTLINE)


def test_the_shapes_of_mashhad_are_those_of_its_centres(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("areas.csv", "outline.geojson"):
        (tmp_path / name).write_bytes((CITY / name).read_bytes())
    assert citymake.main([str(tmp_path)]) == 0
    assert "57" in capsys.readouterr().out
    made, kept = ((folder / "shapes.geojson").read_text(encoding="utf-8") for folder in (tmp_path, CITY))
    assert made == kept
    features = json.loads(kept)["features"]
    assert all(f["properties"]["approximate"] for f in features)
    assert all(shape(f["geometry"]).is_valid for f in features)


def test_a_folder_without_areas_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert citymake.main([str(tmp_path)]) == 2
    assert citymake.main([]) == 2
    assert "areas.csv" in capsys.readouterr().err
