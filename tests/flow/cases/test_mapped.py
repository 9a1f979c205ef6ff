"""The map gathers exactly the open cases of its piece that a person may see, by cells while many, singly when few."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bina.flow.cases import access, mapped
from bina.flow.cases.mapped import Box, view, within
from bina.flow.cases.models import Case
from bina.ground.city.people import RightRow, Viewer
from bina.ground.city.roles import Role
from tests.flow.cast import new, ready, referred, unit
from tests.flow.plans import with_one_index

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
EVERYWHERE = Box(-50_000, -50_000, 50_000, 50_000)


def put(case_id: int, x: float, y: float, **more: Any) -> int:
    """The case at a point (local metres)."""
    Case.objects.filter(pk=case_id).update(**more)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_case SET point = point(%s::float8, %s::float8) WHERE id = %s::bigint", [x, y, case_id]
        )
    return case_id


def at(x: float, y: float, **more: Any) -> int:
    return put(new().case_id, x, y, **more)


def seeing(role: Role, *, unit_id: int | None = None, area_id: int | None = None, sensitivity: int = 0) -> Viewer:
    return Viewer(1, "کسی", (RightRow(1, 1, role, unit_id, area_id, sensitivity, date(2020, 1, 1), None),))


def test_many_are_gathered_by_cell_with_their_hands_and_hazards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapped, "SINGLY", 2)
    for n in range(3):
        at(10 + n, 20, hands="unit", hazard=n == 0)
    at(12, 24, hands="credit")
    at(900, 900, hands="unit")
    seen = view(Case.objects.all(), EVERYWHERE, cell=100)
    assert (seen.n, seen.more) == (5, False)
    [many] = seen.clusters
    assert (many.n, many.hands, many.hazards) == (4, {"unit": 3, "credit": 1}, 1)
    assert (round(many.x, 2), many.y) == (11.25, 21)
    assert many.box == Box(10, 20, 12, 24)
    [pin] = seen.pins
    assert (pin.x, pin.y, pin.hands) == (900, 900, "unit")


def test_few_are_told_apart_and_those_of_one_place_stay_together() -> None:
    at(10, 10)
    at(60, 60)
    at(300, 300)
    at(300, 300)
    seen = view(Case.objects.all(), EVERYWHERE, cell=256)
    assert sorted((p.x, p.y) for p in seen.pins) == [(10, 10), (60, 60)]
    assert [(c.n, c.x, c.y) for c in seen.clusters] == [(2, 300, 300)]
    assert seen.n == 4


def test_of_more_than_most_the_newest_are_gathered_and_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapped, "MOST", 3)
    at(-5000, -5000)
    for n in range(4):
        at(10 + n, 10)
    seen = view(Case.objects.all(), EVERYWHERE, cell=1024)
    assert (seen.n, seen.more) == (3, True)
    assert all(c.box.west > 0 for c in seen.clusters)
    assert not seen.pins


def test_only_open_cases_with_a_point_in_the_box() -> None:
    inside = at(10, 10)
    at(200, 10)
    put(at(10, 10), 10, 10, state="closed", outcome="confirmed")
    without = new().case_id
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET point = NULL WHERE id = %s::bigint", [without])
    box = Box(0, 0, 100, 100)
    assert [c.pk for c in within(Case.objects.all(), box)] == [inside]
    assert within(Case.objects.all(), None).count() == 2
    assert within(Case.objects.all(), Box(10, 10, 10, 10)).count() == 1, "the edges belong to it"


def test_nobody_sees_what_is_not_his() -> None:
    ready()
    here = put(referred(), 10, 10)
    secret = put(new().case_id, 20, 20, sensitivity=1)
    row = Case.objects.get(pk=here)
    counted = {
        "centre": view(access.cases_for(seeing(Role.OPERATOR)), EVERYWHERE, cell=64).n,
        "centre, more": view(access.cases_for(seeing(Role.OPERATOR, sensitivity=1)), EVERYWHERE, cell=64).n,
        "its unit": view(access.cases_for(seeing(Role.UNIT_HEAD, unit_id=row.unit_id)), EVERYWHERE, cell=64).n,
        "another unit": view(
            access.cases_for(seeing(Role.UNIT_HEAD, unit_id=unit("MHD-03/D-GREEN").id)), EVERYWHERE, cell=64
        ).n,
        "its district": view(
            access.cases_for(seeing(Role.FOLLOWUP_EXPERT, area_id=row.district_id)), EVERYWHERE, cell=64
        ).n,
        "another district": view(
            access.cases_for(seeing(Role.FOLLOWUP_EXPERT, area_id=(row.district_id or 0) + 1)), EVERYWHERE, cell=64
        ).n,
        "nobody": view(access.cases_for(Viewer(1, "هیچ‌کس", ())), EVERYWHERE, cell=64).n,
    }
    assert counted == {
        "centre": 1, "centre, more": 2, "its unit": 1, "another unit": 0, "its district": 1, "another district": 0,
        "nobody": 0,
    }  # fmt: skip
    assert secret not in {c.pk for c in within(access.cases_for(seeing(Role.OPERATOR)), None)}


def test_three_statements_at_most_and_the_index_of_open_points() -> None:
    for n in range(12):
        at(10 * n, 10, hands=("unit", "137")[n % 2])
    with CaptureQueriesContext(connection) as queries:
        view(Case.objects.all(), EVERYWHERE, cell=512)
    assert len(queries) <= 3
    with connection.cursor() as cursor:
        with_one_index(cursor, "cases_case", "case_open_point")
        plan = within(Case.objects.all(), Box(0, 0, 5, 5)).values("id").explain()
    assert "case_open_point" in plan
    assert "Index Cond" in plan


def test_a_box_holds_what_lies_within_it() -> None:
    assert Box(0, 0, 10, 10).holds(Box(0, 0, 10, 9))
    assert not Box(0, 0, 10, 10).holds(Box(0, 0, 10, 11))
