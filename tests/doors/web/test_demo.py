"""What only a demo has: its clock moves, and a request is seen through other people's eyes; elsewhere neither is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from bina.doors.web import demo
from bina.ground.city import people
from bina.ground.city.models import Installation
from bina.ground.city.roles import Role
from bina.ground.sla import clock, version
from tests.doors.test_matrix import signed_in, somebody
from tests.flow.cast import referred, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture
def real_city(city):
    """The city as one that is not made up."""
    Installation.objects.update(demo=False)
    version.check(version.bump())


@pytest.mark.parametrize(("by", "span"), [("hour", timedelta(hours=1)), ("week", timedelta(days=7))])
def test_the_clock_of_a_demo_moves_on(client: Client, by: str, span: timedelta) -> None:
    before = clock.now()
    answer = client.post("/demo/clock", {"by": by, "next": "/report"})
    assert (answer.status_code, answer["Location"]) == (302, "/report")
    assert span <= clock.now() - before < span + timedelta(minutes=5)
    assert abs((clock.estimate() - clock.now()).total_seconds()) < 5, "no process goes on by the old clock"


def test_a_step_that_there_is_not_moves_nothing(client: Client) -> None:
    for by in ("", "year", "-1"):
        assert client.post("/demo/clock", {"by": by}).status_code == 404
    assert clock.shift() == timedelta(0)
    assert client.get("/demo/clock").status_code == 405


@pytest.mark.usefixtures("real_city")
def test_elsewhere_the_clock_is_the_world_s(client: Client) -> None:
    assert client.post("/demo/clock", {"by": "week"}).status_code == 404
    assert clock.shift() == timedelta(0)
    assert "/demo/clock" not in client.get("/report").content.decode()


def test_the_same_request_through_the_eyes_of_those_who_may_see_it() -> None:
    case_id = referred()
    case, staff = row(case_id), somebody()
    viewer = people.viewer(staff[Role.OPERATOR])
    offered = demo.eyes(viewer, case.code)
    assert len(offered) > 4
    assert offered[0].href.startswith("/track?code=")
    for one in offered[1:]:
        page = signed_in(int(one.person_id or 0)).get(f"/case/{case.code}")
        assert page.status_code == 200, one.label
    page = signed_in(viewer.person_id).get(f"/case/{case.code}").content.decode()
    assert "از چشم" in page


def test_whose_eyes_are_shut_is_not_told_whose_are_open() -> None:
    case, staff = row(referred()), somebody()
    stranger = next(staff[role] for role in (Role.PUBLISHER, Role.ANALYST, Role.ADMIN) if role in staff)
    assert demo.eyes(people.viewer(stranger), case.code) == []
