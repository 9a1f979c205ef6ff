"""The map shows what the list shows, by the same filters and to the same people; odd addresses break nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bina.flow.cases.models import Case
from bina.flow.cases.register import Place
from bina.ground.city import places, placeshapes
from tests.doors.web.staff import HEAD, OPERATOR, OTHER_HEAD, as_, expert_of
from tests.flow.cast import in_progress, new, ready, referred, row, spot

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
MANAGER = "l.foroutan"


def points(client: Client, **given: Any) -> Any:
    """What the map shows for these parameters, as its script reads it."""
    answer = client.get("/map/points", given)
    assert answer.status_code == 200, answer.content
    return answer.json()


def codes(client: Client, **given: Any) -> set[str]:
    return {pin["code"] for pin in points(client, **given)["pins"]}


def beside() -> Place:
    """A point of district 3 some way from the one that cases of tests lie at."""
    there = spot()
    return Place("point", (there.lat_e6 or 0) + 4000, there.lon_e6, there.address)


def metres_of(case: Case) -> tuple[float, float]:
    return places.metres(case.lat_e6 or 0, case.lon_e6 or 0)


def test_a_person_sees_his_cases_as_points_that_lead_to_them() -> None:
    case = row(new().case_id)
    shown = points(as_(OPERATOR))
    [pin] = shown["pins"]
    assert (pin["code"], pin["href"], pin["hands"], pin["hazard"]) == (case.code, f"/case/{case.code}", "137", False)
    assert (pin["x"], pin["y"]) == pytest.approx(metres_of(case), abs=1)
    assert "۱ درخواست در این نما" in shown["said"]
    assert shown["clusters"] == []


def test_each_role_gets_the_cases_of_its_own_list() -> None:
    mine, other = row(referred()), row(new(place=spot("MHD-09")).case_id)
    assert codes(as_(OPERATOR)) == {mine.code, other.code}
    assert codes(as_(HEAD)) == {mine.code}
    assert codes(as_(OTHER_HEAD)) == set()
    assert codes(as_(expert_of(mine))) == {mine.code}
    assert codes(as_(expert_of(other))) == {other.code}


def test_the_filters_are_those_of_the_list() -> None:
    one, two = row(new("0101", place=beside()).case_id), row(in_progress("0601"))
    client = as_(OPERATOR)
    for given, wanted in (
        ({"state": "in_progress"}, {two.code}), ({"group": "06"}, {two.code}), ({"subject": "0101"}, {one.code}),
        ({"hands": "unit"}, {two.code}), ({"district": "MHD-09"}, set()), ({"q": "مدرسه"}, {one.code, two.code}),
        ({"q": one.code}, {one.code}), ({"q": "ققنوس"}, set()), ({"state": "nonsense"}, {one.code, two.code}),
    ):  # fmt: skip
        assert codes(client, **given) == wanted, given
        listed = client.get("/map/list", given).content.decode()
        assert {c for c in (one.code, two.code) if c in listed} == wanted, given


def test_only_what_lies_in_the_box_is_shown_on_the_map_and_beside_it() -> None:
    here, there = row(new().case_id), row(new(place=spot("MHD-09")).case_id)
    x, y = metres_of(here)
    box = f"{x - 50},{y - 50},{x + 50},{y + 50}"
    client = as_(OPERATOR)
    assert codes(client, box=box, zoom=6) == {here.code}
    listed = client.get("/map/list", {"box": box}).content.decode()
    assert here.code in listed
    assert there.code not in listed


def test_many_are_gathered_with_whose_hands_they_are_in() -> None:
    for _ in range(3):
        new()
    in_progress("0601")
    [cluster] = points(as_(OPERATOR))["clusters"]
    assert cluster["n"] == 4
    assert cluster["hands"] == {"137": 3, "unit": 1}


def test_sensitive_cases_and_closed_ones_are_not_shown_to_whoever_may_not_see_them() -> None:
    secret = row(new().case_id)
    Case.objects.filter(pk=secret.pk).update(sensitivity=2)
    assert codes(as_(HEAD)) == set()
    assert secret.code not in as_(HEAD).get("/map").content.decode()
    Case.objects.filter(pk=secret.pk).update(sensitivity=0, state="closed", outcome="confirmed")
    assert codes(as_(OPERATOR)) == set()


@pytest.mark.parametrize("given", [
    {"box": "1,2,3"}, {"box": "a,b,c,d"}, {"box": "5,5,1,1"}, {"box": "nan,0,1,1"}, {"box": "0,0,inf,1"},
    {"box": "1,2,3,4" * 60}, {"zoom": "-1"}, {"zoom": "11"}, {"zoom": "1.5"}, {"zoom": "۹" * 40}, {"box": "\0"},
    {"box": "1e300,0,1e301,1"}, {"zoom": "𝟙𝟙"},
])  # fmt: skip
def test_a_box_or_level_that_is_none_is_refused(given: dict[str, str]) -> None:
    assert as_(OPERATOR).get("/map/points", given).status_code == 400


@pytest.mark.parametrize("given", [
    {"box": "'; DROP TABLE x"}, {"after": "x"}, {"after": "9" * 30}, {"q": "\0" * 9}, {"q": "ا" * 5000},
    {"district": "../"}, {"unit": "<script>"}, {"again": "-1"},
])  # fmt: skip
def test_the_page_stands_whatever_its_address(given: dict[str, str]) -> None:
    client = as_(OPERATOR)
    for address in ("/map", "/map/list"):
        assert client.get(address, given).status_code == 200


def test_without_a_script_it_is_the_list_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bina.doors.web.map.PAGE", 2)
    cases = [row(new().case_id).code for _ in range(5)]
    client, seen, address = as_(OPERATOR), [], "/map?state=registered"
    while address:
        page = client.get(address).content.decode()
        seen += [code for code in cases[::-1] if f'data-pin="{code}"' in page]
        found = page.partition('data-map-more href="')[2].partition('"')[0]
        address = found.replace("&amp;", "&")
        assert not address or "state=registered" in address
    assert seen == cases[::-1]


def test_no_more_than_twelve_statements_however_many_cases() -> None:
    for n in range(12):
        new() if n % 2 else in_progress("0601")
    client = as_(OPERATOR)
    for address in ("/map", "/map/list", "/map/points", "/map/points?zoom=9&box=-9000,-9000,9000,9000", "/map?q=مدرسه"):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        asked = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
        assert len(asked) <= 12, (address, "\n".join(a[:110] for a in asked))


def test_the_drawing_is_public_and_kept_until_the_city_changes() -> None:
    from bina.doors.web.map import ground_address

    ready()
    answer = Client().get(ground_address())
    assert "immutable" in answer["Cache-Control"]
    assert Client().get("/map/ground?v=0")["Cache-Control"] == "no-cache"
    drawing = json.loads(answer.content)
    assert len(drawing["districts"]) == len(places.districts())
    assert all(d["approximate"] and d["d"].startswith("M") and d["d"].endswith("Z") for d in drawing["districts"])
    assert len(answer.content) < 60_000
    west, south, east, north = drawing["box"]
    assert west < 0 < east
    assert south < 0 < north
    lat, lon, metres_north, metres_east = drawing["scale"]
    x, y = places.metres(36_310_000, 59_580_000)
    assert lat + y / metres_north == pytest.approx(36.31, abs=1e-6)
    assert lon + x / metres_east == pytest.approx(59.58, abs=1e-6)
    assert placeshapes.edges_of({"MHD-03"})[0] > west


def test_the_page_says_that_the_shapes_are_not_official() -> None:
    assert "طرح‌وار" in as_(MANAGER).get("/map").content.decode()


def test_a_stranger_gets_neither_page_nor_points() -> None:
    for address in ("/map", "/map/points", "/map/list"):
        assert Client().get(address).status_code == 302
