"""A point is found in its areas, refused with a sentence where it is no place of the city, and measured in metres."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from bina.ground.city import places
from bina.ground.city.models import Area
from bina.ground.city.places import WrongPlace
from bina.ground.sla import version

INSIDE = (36_050_000, 59_050_000)


def test_a_point_is_found_in_its_district_and_near_its_neighbourhood(small: Path) -> None:
    where = places.locate(*INSIDE)
    assert where is not None
    assert (where.district.code, where.district.name) == ("SMA-1", "منطقه ۱")
    assert where.neighbourhood is not None
    assert where.neighbourhood.code == "SMA-N1"
    east = places.locate(36_050_000, 59_150_000)
    assert east is not None
    assert (east.district.code, east.neighbourhood) == ("SMA-2", None)


def test_outside_there_is_no_area(small: Path) -> None:
    for point in ((36_150_000, 59_050_000), (36_050_000, 59_250_000), (0, 0), (90_000_000, 180_000_000)):
        assert places.locate(*point) is None


def test_a_point_on_a_border_belongs_to_one_district(small: Path) -> None:
    where = places.locate(36_050_000, 59_100_000)
    assert where is not None
    assert where.district.code == "SMA-1"
    assert places.locate(36_000_000, 59_000_000) is not None


def test_a_warm_point_needs_no_query(small: Path, django_assert_num_queries: Any) -> None:
    places.locate(*INSIDE)
    with django_assert_num_queries(0):
        for step in range(200):
            places.locate(36_000_001 + step * 400, 59_000_001 + step * 900)


def test_areas_that_ended_are_found_no_more_but_known_by_id(small: Path) -> None:
    area = places.area_by_code("SMA-2")
    assert area is not None
    Area.objects.filter(code="SMA-2").update(valid_to=area.valid_from)
    version.check(version.bump())
    assert places.locate(36_050_000, 59_150_000) is None
    assert places.area_by_code("SMA-2") is None
    ended = places.area(area.id)
    assert ended is not None
    assert ended.code == "SMA-2"


def test_without_shapes_the_nearest_district_answers(small: Path) -> None:
    Area.objects.update(shape=None)
    version.check(version.bump())
    where = places.locate(36_040_000, 59_120_000)
    assert where is not None
    assert where.district.code == "SMA-2"
    assert places.locate(37_000_000, 59_100_000) is None


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        (36.05, 59.05),
        ("36.05", "59.05"),
        ("۳۶٫۰۵", "۵۹٫۰۵"),
        ("٣٦٫٠٥", " ٥٩.٠٥ "),
        ("۳۶/۰۵", "59/05"),
    ],
)
def test_a_point_is_read_in_any_digits(small: Path, lat: object, lon: object) -> None:
    assert places.check_point(lat, lon) == INSIDE
    assert places.check_point(lat, lon).lat_e6 == INSIDE[0]


@pytest.mark.parametrize(
    ("lat", "lon", "says"),
    [
        (59.05, 36.05, "جابه‌جا"),
        (0, 0, "صفر"),
        ("0.000001", "0", "صفر"),
        (36.5, 59.05, "بیرون از محدودهٔ شهر"),
        (math.nan, 59.05, "دو عدد"),
        ("nan", "59.05", "دو عدد"),
        (math.inf, 59.05, "دو عدد"),
        ("", "", "دو عدد"),
        ("سی‌وشش", "59", "دو عدد"),
        (None, 59.05, "دو عدد"),
        (True, 59.05, "دو عدد"),
        ([36.05], 59.05, "دو عدد"),
        (10**400, 59.05, "دو عدد"),
        ("9" * 400, "59.05", "دو عدد"),
        (91, 59.05, "دو عدد"),
        ("\ud800", "59.05", "دو عدد"),
    ],
)
def test_what_is_no_place_is_refused_with_a_sentence(small: Path, lat: object, lon: object, says: str) -> None:
    with pytest.raises(WrongPlace) as caught:
        places.check_point(lat, lon)
    assert says in caught.value.fa
    assert caught.value.en


def test_metres_are_right_near_the_origin(small: Path) -> None:
    assert places.metres(36_000_000, 59_000_000) == (0, 0)
    x, y = places.metres(36_100_000, 59_100_000)
    # Vincenty on WGS 84 from 36 N 59 E: 0.1 degree north is 11,096.6 m, 0.1 degree east (at 36 N) 9,016.4 m.
    assert y == pytest.approx(11_096.6, rel=2e-4)
    assert x == pytest.approx(9_016.4, rel=2e-4)


@pytest.mark.parametrize("text", ["خیابان بهار", "بهار", "خيابان بهار پلاک ۱۲", "بهار ۷"])
def test_places_are_found_by_name(small: Path, text: str) -> None:
    hit = places.find(text)[0]
    assert (hit.name, hit.kind, hit.area_name, hit.approximate) == ("خیابان بهار", "street", "منطقه ۱", True)
    assert (hit.lat_e6, hit.lon_e6) == (36_050_000, 59_060_000)


def test_areas_are_found_by_name_and_nothing_by_nothing(small: Path) -> None:
    assert places.find("باغستان")[0].kind == "neighbourhood"
    assert places.find("") == []
    assert places.find("ققنوس") == []
    assert len(places.find("منطقه", limit=1)) == 1


def test_shapes_are_geojson_with_their_mark_of_being_approximate(small: Path) -> None:
    features = places.shapes("district")["features"]
    assert [f["properties"]["code"] for f in features] == ["SMA-1", "SMA-2"]
    assert all(f["properties"]["approximate"] for f in features)


def test_every_point_of_mashhad_lies_in_one_district(city: Path) -> None:
    version.check(version.current())
    hits = 0
    for lat in range(36_200_000, 36_420_000, 7_000):
        for lon in range(59_450_000, 59_720_000, 9_000):
            where = places.locate(lat, lon)
            hits += where is not None
            if where is not None and where.subdistrict is not None:
                assert where.subdistrict.parent_id == where.district.id
    assert hits > 300
    for district in places.districts():
        where = places.locate(district.lat_e6 or 0, district.lon_e6 or 0)
        assert where is not None
        assert where.district.code == district.code


def test_the_version_keeps_what_was_found(small: Path) -> None:
    from django.db import connection

    version.check(version.current())
    places.find("بهار")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        places.find("شهدا")
        places.districts()
    assert len(queries) <= 1
