"""Crews: known by code and number, working for a unit as long as they last."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bina.ground.city import crews, units
from bina.ground.city.dated import this_day
from bina.ground.city.models import Crew
from bina.ground.sla import version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
TECH = "MHD-03/D-TECH"


def test_a_units_crews_stand_by_code():
    version.check(version.current())
    unit = units.by_code(TECH)
    found = crews.of_units([unit.id])
    assert [crew.code for crew in found] == sorted(crew.code for crew in found)
    assert {crew.unit_id for crew in found} == {unit.id}
    assert any(crew.contractor for crew in found)
    assert crews.by_code(found[0].code) == crews.by_id(found[0].id) == found[0]
    assert crews.of_units([]) == ()


def test_an_unknown_crew_is_none():
    version.check(version.current())
    assert crews.by_code("nobody") is None
    assert crews.by_id(2**50) is None


def test_a_crew_that_has_ended_works_no_more_but_is_still_known():
    version.check(version.current())
    unit = units.by_code(TECH)
    [first, *_] = crews.of_units([unit.id])
    Crew.objects.filter(pk=first.id).update(valid_to=this_day() - timedelta(days=1))
    version.check(version.bump())
    assert first.code not in [crew.code for crew in crews.of_units([unit.id])]
    assert crews.by_code(first.code).name == first.name
