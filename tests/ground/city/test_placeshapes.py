"""The city's drawing: paths of its shapes in metres, names once each; a city without shapes is drawn by its centres."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bina.ground.city import places, placeshapes
from bina.ground.city.models import Area
from bina.ground.sla import version


def test_a_shape_becomes_a_path_whose_points_are_its_own(small: Path) -> None:
    drawing = placeshapes.drawing()
    first = drawing["districts"][0]
    assert (first["code"], first["name_en"], first["approximate"]) == ("SMA-1", "District 1", True)
    corners = {(float(x), -float(y)) for x, y in re.findall(r"(-?\d+) (-?\d+)", first["d"])}
    expected = {
        tuple(round(edge) for edge in places.metres(lat, lon))
        for lat in (36_000_000, 36_100_000) for lon in (59_000_000, 59_100_000)
    }  # fmt: skip
    assert corners == expected
    west, south, east, north = drawing["box"]
    assert all(west < x < east and south < y < north for x, y in corners)


def test_a_point_comes_back_to_its_degrees(small: Path) -> None:
    lat0, lon0, north, east = placeshapes.scale()
    x, y = places.metres(36_055_000, 59_123_000)
    assert lat0 + y / north == pytest.approx(36.055, abs=1e-7)
    assert lon0 + x / east == pytest.approx(59.123, abs=1e-7)


def test_names_stand_once_and_areas_are_not_named_twice(small: Path) -> None:
    names = [(n["kind"], n["name"]) for n in placeshapes.drawing()["names"]]
    assert names == [("neighbourhood", "باغستان"), ("square", "میدان شهدا"), ("street", "خیابان بهار")]


def test_the_box_of_some_districts_lies_in_the_citys(small: Path) -> None:
    whole, one = placeshapes.edges(), placeshapes.edges_of({"SMA-2"})
    assert one[0] > whole[0]
    assert one[2] == whole[2]
    assert placeshapes.edges_of({"nowhere"}) == whole


def test_a_city_without_shapes_is_drawn_by_its_centres(small: Path) -> None:
    Area.objects.update(shape=None)
    version.check(version.bump())
    drawing = placeshapes.drawing()
    assert [(d["name"], d["d"]) for d in drawing["districts"]] == [("منطقه ۱", ""), ("منطقه ۲", "")]
    x, y = places.metres(36_050_000, 59_050_000)
    assert (drawing["districts"][0]["x"], drawing["districts"][0]["y"]) == (round(x), round(y))
    assert drawing["parts"] == []
    west, _, east, _ = drawing["box"]
    assert east - west > 2 * placeshapes.AROUND


def test_a_city_without_any_place_has_a_box_all_the_same(small: Path) -> None:
    Area.objects.update(shape=None, lat_e6=None, lon_e6=None)
    version.check(version.bump())
    assert placeshapes.edges() == (-15_000, -15_000, 15_000, 15_000)
    assert all(d["x"] is None for d in placeshapes.drawing()["districts"])
