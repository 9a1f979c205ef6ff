"""The live lines of the entrance: every role has one, and those without a list of cases tell the day's numbers."""

from __future__ import annotations

import pytest

from bina.doors.web import cast, nav, waits
from bina.flow.cases.instant import instant
from bina.flow.cases.moves import By
from bina.flow.dialogue import rings
from bina.flow.waiting import holds
from bina.ground.city import people
from bina.ground.city.people import Viewer
from bina.ground.city.roles import Role
from bina.ground.sla import clock
from tests.flow.cast import in_progress, new, row

pytestmark = pytest.mark.django_db
NOBODY = Viewer(0, "", ())


@pytest.fixture(autouse=True)
def _of_the_city(city):
    """A demo city without cases."""


def test_every_role_of_the_entrance_has_a_line():
    shown = {person.role for person in people.entrance()}
    assert shown <= set(cast.WAITS), f"no line for {sorted(shown - set(cast.WAITS))}: add it to WAITS in cast.py"


def test_a_quiet_city_has_lines_too():
    for line in (waits.operator, waits.duty_officer, waits.shift_supervisor, waits.credit, waits.publisher):
        assert line(NOBODY)
    assert waits.duty_officer(NOBODY) == "خطری بی‌صاحب نمانده است"


@pytest.mark.parametrize(("role", "begins"), [
    (Role.DUTY_OFFICER, "/cases"), (Role.SUPERVISOR_137, "/oversight"), (Role.OPERATOR, "/desk"),
    (Role.SHIFT_SUPERVISOR, "/desk"), (Role.FOLLOWUP_EXPERT, "/worklist"),
])  # fmt: skip
def test_a_person_begins_where_his_line_points(role, begins):
    first = next(person for person in people.entrance() if person.role == role)
    assert nav.home_of(people.viewer(first.person_id)) == begins


def test_the_duty_officer_begins_with_the_dangers_that_his_line_counts(client, signed_in):
    first = next(person for person in people.entrance() if person.role == Role.DUTY_OFFICER)
    viewer = people.viewer(first.person_id)
    open_, quiet = new("0105", hazard=True), new("0101")
    in_progress()
    assert waits.duty_officer(viewer) == "۱ خطر هنوز پذیرفته نشده است"
    signed_in(first.person_id)
    page = client.get("/cases").content.decode()
    assert row(open_.case_id).code in page
    assert row(quiet.case_id).code not in page


def test_the_lines_tell_what_is():
    new("0105", hazard=True)
    in_progress()
    for _each in range(2):
        instant(by=By.OPERATOR, actor="p:1", channel="phone", words="زباله کی می‌برند؟")
    assert waits.operator(NOBODY) == "۴ تماس در ۲۴ ساعت گذشته"
    assert waits.analyst(NOBODY).startswith("۰ از هر ۱۰۰")
    rings.ring_on()
    assert waits.operator(NOBODY) == "۱ خط زنگ می‌خورد"


def test_credit_counts_cases_that_wait_for_it():
    case_id = in_progress("0103")
    holds.hold(case_id, constraint="CREDIT_NOT_BUDGETED", review_at=int(clock.now().timestamp()) + 10**6, by=By.UNIT,
               actor="p:1", channel="test")  # fmt: skip
    assert waits.credit(NOBODY) == "۱ درخواست چشم‌به‌راه اعتبار است"
