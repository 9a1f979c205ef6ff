"""Whose a subject is in a district, which desk a case reaches, who may what: by what is in force today."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from bina.ground.city import desks, installation, people, places, units
from bina.ground.city.installation import NoInstallation, OtherInstallation
from bina.ground.city.models import DeskHolder, Look, Person, Right, Unit
from bina.ground.city.people import NameTaken
from bina.ground.city.roles import ROLES, Role
from bina.ground.sla import version


def district(code: str) -> int:
    """The id of a district."""
    row = places.area_by_code(code)
    assert row is not None
    return row.id


def unit(code: str) -> int:
    """The id of a unit."""
    row = units.by_code(code)
    assert row is not None
    return row.id


def person(username: str) -> int:
    """The id of a person."""
    return int(Person.objects.get(username=username).pk)


def again() -> None:
    """What was changed counts from now on, as in the next request."""
    version.check(version.bump())


def test_an_owner_code_means_the_districts_own_unit(small: Path) -> None:
    one, two = district("SMA-1"), district("SMA-2")
    found = [units.owner_for(code, where) for code, where in (("D-TECH", one), ("D-TECH", two), ("ORG-A", None))]
    assert [row.code if row else None for row in found] == ["SMA-1/D-TECH", "SMA-2/D-TECH", "ORG-A"]
    assert units.owner_for("D-TECH", None) is None
    assert units.owner_for("D-NONE", one) is None


def test_the_sub_districts_office_owns_its_subjects_else_urban_services(small: Path) -> None:
    one, sub = district("SMA-1"), district("SMA-1-1")
    office, services = units.owner_for("SD", one, sub), units.owner_for("SD", district("SMA-2"))
    assert office is not None
    assert services is not None
    assert (office.code, services.code) == ("SMA-1/SD-1", "SMA-2/D-SERV")


def test_units_by_district_kind_and_above(small: Path) -> None:
    codes = {row.code for row in units.of_district(district("SMA-1"))}
    assert codes == {"SMA-1", "SMA-1/D-TECH", "SMA-1/D-SERV", "SMA-1/SD-1"}
    assert [row.code for row in units.of_kind("centre", "organisation")] == ["ORG-A", "PR-137"]
    assert {row.code for row in units.children(unit("SMA-1"))} == {"SMA-1/D-TECH", "SMA-1/D-SERV"}


def test_a_unit_that_ended_is_known_by_id_alone(small: Path) -> None:
    key = unit("ORG-A")
    Unit.objects.filter(pk=key).update(valid_to=installation.today())
    again()
    assert units.by_code("ORG-A") is None
    ended = units.by_id(key)
    assert ended is not None
    assert ended.name == "سازمان"


def test_an_inbox_is_read_by_heads_and_liaisons_alone(small: Path) -> None:
    assert units.has_inbox(unit("SMA-1/D-TECH"))
    assert not units.has_inbox(unit("SMA-2/D-TECH"))
    assert not units.has_inbox(unit("PR-137"))  # an operator sits there, and reads no inbox
    people.give_right(person("ali"), Role.LIAISON, unit_id=unit("SMA-2/D-TECH"))
    again()
    assert units.has_inbox(unit("SMA-2/D-TECH"))
    Person.objects.update(is_active=False)
    again()
    assert not units.has_inbox(unit("SMA-2/D-TECH"))


def test_the_closest_desk_takes_the_case(small: Path) -> None:
    one = district("SMA-1")
    rows = {desk.code: desk.id for desk in desks.of_district(one)}
    assert desks.desk_for(one, None, "01") == rows["SMA-1/DESK-01"]
    assert desks.desk_for(one, district("SMA-1-1"), "02") == rows["SMA-1/DESK"]
    assert desks.desk_for(one, None, None) == rows["SMA-1/DESK"]
    assert desks.desk_for(0, None, "01") is None


def test_leave_and_substitution_are_dated_rows(small: Path) -> None:
    desk = desks.of_district(district("SMA-1"))[0].id
    today = installation.today()
    DeskHolder.objects.create(
        desk_id=desk, person_id=person("ali"), valid_from=today, valid_to=today + timedelta(days=3)
    )
    again()
    assert [holder.name for holder in desks.holders(desk)] == ["علی", "سارا"]
    assert [holder.name for holder in desks.holders(desk, today - timedelta(days=1))] == ["سارا"]
    assert [holder.name for holder in desks.holders(desk, today + timedelta(days=3))] == ["سارا"]
    assert [row.id for row in desks.held_by(person("ali"))] == [desk]


def test_a_viewer_has_the_rights_of_today(small: Path) -> None:
    viewer = people.viewer(person("sara"))
    assert viewer.name == "سارا"
    assert [(right.role, right.area_id, right.sensitivity) for right in viewer.rights] == [
        (Role.FOLLOWUP_EXPERT, district("SMA-1"), 1),
        (Role.OPERATOR, None, 0),
    ]
    assert [right.words for right in viewer.rights] == ["کارشناس پیگیری، منطقه ۱", "کاربر ۱۳۷"]
    people.end_right(viewer.rights[0].id)
    again()
    assert [right.role for right in people.viewer(person("sara")).rights] == [Role.OPERATOR]


def test_rights_begin_on_their_day(small: Path) -> None:
    tomorrow = installation.today() + timedelta(days=1)
    people.give_right(person("ali"), Role.AUDITOR, on=tomorrow)
    again()
    assert Role.AUDITOR not in [right.role for right in people.viewer(person("ali")).rights]


def test_who_left_or_is_unknown_has_no_right(small: Path) -> None:
    Person.objects.filter(username="ali").update(is_active=False)
    again()
    assert people.viewer(person("ali")).rights == ()
    assert people.viewer(10**12).rights == ()


def test_the_same_right_is_given_once_and_one_name_to_one_person(small: Path) -> None:
    key = people.add(username="reza", name="رضا")
    assert people.give_right(key, Role.ADMIN) == people.give_right(key, Role.ADMIN)
    assert not Person.objects.get(pk=key).has_usable_password()
    people.set_password(key, "بسیار دراز و پنهان")
    assert Person.objects.get(pk=key).check_password("بسیار دراز و پنهان")
    with pytest.raises(NameTaken):
        people.add(username="reza", name="دیگری")
    assert people.person(str(key)) is not None
    assert people.person("۱؛ drop") is None


def test_people_of_a_unit_and_of_a_role(small: Path) -> None:
    assert [right.person_id for right in people.of_unit(unit("SMA-1/D-TECH"))] == [person("ali")]
    assert [right.person_id for right in people.of_role(Role.FOLLOWUP_EXPERT, district("SMA-1"))] == [person("sara")]
    assert people.of_role(Role.FOLLOWUP_EXPERT, district("SMA-2")) == ()


def test_the_entrance_names_everybody_once_by_his_first_right(small: Path) -> None:
    rows = people.entrance()
    assert [(row.name, row.role, row.place, row.front) for row in rows] == [
        ("سارا", Role.FOLLOWUP_EXPERT, "منطقه ۱", True),
        ("علی", Role.UNIT_HEAD, "فنی منطقه ۱", True),
    ]


def test_a_look_at_personal_data_is_written_down(small: Path) -> None:
    people.look(person_id=person("sara"), actor="p:1", what="phone", case_id=7, reason="تماس")
    (look,) = people.looks(7)
    assert (look.what, look.reason, look.person_id) == ("phone", "تماس", person("sara"))
    assert Look.objects.count() == 1


def test_the_database_refuses_rights_that_cannot_be(small: Path) -> None:
    today = date(2026, 1, 1)
    for given in (
        {"role": "king"},
        {"role": "admin", "sensitivity": 3},
        {"role": "admin", "valid_to": date(2025, 1, 1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Right.objects.create(person_id=person("ali"), valid_from=today, **given)


@pytest.mark.django_db
def test_before_a_city_is_made_there_is_none() -> None:
    assert not installation.exists()
    with pytest.raises(NoInstallation):
        installation.current()


def test_a_database_holds_one_city(small: Path) -> None:
    with pytest.raises(OtherInstallation):
        installation.create(code="BIG", name="دیگر", origin_lat_e6=0, origin_lon_e6=0)
    assert installation.current().code == "SMA"


def test_every_role_has_its_words() -> None:
    assert set(ROLES) == set(Role)
    assert all(row.fa and row.en and row.first and row.does and row.does_en for row in ROLES.values())
