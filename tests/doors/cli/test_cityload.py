"""A city's folder is loaded whole or not at all: checked, shown first, idempotent, ended and never deleted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection

from bina.doors.cli import cityload
from bina.doors.cli.refusal import Refused
from bina.ground.catalogue import constraints, subjects
from bina.ground.city import desks, installation, people, places, units
from bina.ground.city.folder import WrongFolder
from bina.ground.city.models import Area, Crew, Desk, DeskHolder, Former, Person, Right, Street, Unit
from bina.ground.sla import version
from bina.ground.sla.calendars import worktime
from bina.ground.sla.models import Closure, Holiday, Profile
from tests.databases import CITY
from tests.ground.city.small import edit, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small city's folder."""
    return write(tmp_path / "small")


def wrongs(folder: Path) -> list[str]:
    """What is said to be wrong with a folder."""
    with pytest.raises(WrongFolder) as caught:
        cityload.load(folder)
    return [str(wrong) for wrong in caught.value.wrongs]


def test_the_first_load_makes_the_installation_and_everything_in_the_folder(folder: Path) -> None:
    changes = cityload.load(folder)
    here = installation.current()
    assert (here.code, here.name, here.demo, here.area_code) == ("SMA", "شهر کوچک", False, "051")
    assert {change.kind for change in changes} == {"new"}
    assert Area.objects.count() == 4
    assert Crew.objects.get().unit.code == "SMA-1/D-TECH"
    assert Desk.objects.count() == 3
    assert Street.objects.get(fold__contains="بهار").area.code == "SMA-1"
    assert [row.code for row in constraints.all()] == ["LEGAL", "SEASON"]
    assert all(row.valid_from == date(2024, 3, 20) for row in Unit.objects.all())
    assert not Person.objects.exists()


def test_templates_stand_in_every_district(folder: Path) -> None:
    cityload.load(folder)
    unit = units.by_code("SMA-2/D-TECH")
    assert unit is not None
    assert (unit.name, unit.name_en) == ("فنی منطقه ۲", "Works of District 2")
    above = units.by_id(unit.parent_id or 0)
    assert above is not None
    assert above.code == "SMA-2"


def test_working_time_comes_from_the_folder(folder: Path) -> None:
    cityload.load(folder)
    assert Profile.objects.get(calendar__code="office").hours == {"0": [[450, 720], [780, 870]], "1": [[450, 870]]}
    assert worktime("crew").is_open(datetime(2026, 1, 2, 3, tzinfo=UTC))
    assert list(Holiday.objects.order_by("date").values_list("status", "estimated")) == [
        ("confirmed", False),
        ("proposed", True),
    ]
    closure = Closure.objects.get()
    assert (closure.starts_at, closure.ends_at) == (
        datetime(2026, 1, 23, 8, 30, tzinfo=UTC),
        datetime(2026, 1, 23, 20, 30, tzinfo=UTC),
    )


def test_a_second_load_changes_nothing_and_leaves_the_version(folder: Path) -> None:
    cityload.load(folder, demo=True)
    before = version.current()
    assert cityload.load(folder, demo=True) == []
    assert cityload.load(folder) == []
    assert version.current() == before


def test_showing_writes_nothing(folder: Path) -> None:
    assert cityload.load(folder, apply=False)
    assert not installation.exists()
    assert not Area.objects.exists()


def test_a_changed_row_keeps_its_id_and_what_it_said(folder: Path) -> None:
    cityload.load(folder)
    was = Unit.objects.get(code="ORG-A")
    edit(folder, "units.csv", "ORG-A,organisation,سازمان,", "ORG-A,organisation,سازمان نو,")
    (change,) = cityload.load(folder)
    assert (change.what, change.key, change.kind) == ("unit", "ORG-A", "changed")
    assert (change.before, change.after) == ({"name": "سازمان"}, {"name": "سازمان نو"})
    now = Unit.objects.get(code="ORG-A")
    assert (now.pk, now.name, now.valid_from) == (was.pk, "سازمان نو", installation.today())
    former = Former.objects.get()
    assert (former.what, former.key, former.row["name"]) == ("unit", "ORG-A", "سازمان")
    assert (former.valid_from, former.valid_to) == (was.valid_from, installation.today())


def test_a_row_taken_out_ends_and_comes_back_with_its_id(folder: Path) -> None:
    cityload.load(folder)
    street = Street.objects.get(name="میدان شهدا")
    line = "میدان شهدا,square,36.05,59.14,SMA-2,1,\n"
    edit(folder, "streets.csv", line, "")
    (change,) = cityload.load(folder)
    assert change.kind == "ended"
    assert Street.objects.get(pk=street.pk).valid_to == installation.today()
    assert cityload.load(folder) == []
    edit(
        folder,
        "streets.csv",
        "name,kind,lat,lon,area,approximate,source\n",
        f"name,kind,lat,lon,area,approximate,source\n{line}",
    )
    (change,) = cityload.load(folder)
    assert change.kind == "back"
    assert Street.objects.get(pk=street.pk).valid_to is None
    assert Street.objects.count() == 2


def test_an_end_that_lies_ahead_stays(folder: Path) -> None:
    cityload.load(folder)
    Desk.objects.filter(code="SMA-2/DESK").update(valid_to=date(2100, 1, 1))
    assert cityload.load(folder) == []
    edit(folder, "desks.csv", "میز {district}", "میز پیگیری {district}")
    assert len(cityload.load(folder)) == 2
    assert Desk.objects.get(code="SMA-2/DESK").valid_to == date(2100, 1, 1)


def test_constraints_change_places(folder: Path) -> None:
    cityload.load(folder)
    edit(folder, "catalogue/constraints.csv", ",110,", ",999,")
    edit(folder, "catalogue/constraints.csv", ",510,", ",110,")
    edit(folder, "catalogue/constraints.csv", ",999,", ",510,")
    assert len(cityload.load(folder)) == 2
    assert [(row.code, row.rank) for row in constraints.all()] == [("SEASON", 110), ("LEGAL", 510)]


def test_a_new_row_holds_from_today(folder: Path) -> None:
    cityload.load(folder)
    edit(folder, "crews.csv", "SMA-1/C1,", "SMA-1/C2,SMA-1/D-TECH,اکیپ ۲,1\nSMA-1/C1,")
    cityload.load(folder)
    crew = Crew.objects.get(code="SMA-1/C2")
    assert (crew.contractor, crew.valid_from) == (True, installation.today())


def test_a_file_that_is_absent_is_left_alone(folder: Path) -> None:
    cityload.load(folder)
    for file in ("streets.csv", "crews.csv", "desks.csv", "calendars.toml", "catalogue/groups.csv", "holidays.csv"):
        (folder / file).unlink()
    assert cityload.load(folder) == []


def test_everything_wrong_is_told_at_once_with_file_and_line(folder: Path) -> None:
    edit(folder, "areas.csv", "36.055,59.055", "99,59.055")
    edit(folder, "units.csv", "PR-137,centre", "PR-137,center")
    edit(folder, "catalogue/subjects.csv", "72c", "72x")
    edit(folder, "catalogue/questions.csv", "0201,inside", "0999,inside")
    edit(folder, "calendars.toml", '"07:00-19:00"', '"19:00-07:00"')
    told = "\n".join(wrongs(folder))
    assert "areas.csv:6: lat “99” is no number between -90 and 90" in told
    assert "units.csv:2: kind “center” is none of: centre," in told
    assert "catalogue/subjects.csv:2: deadline “72x” is no span" in told
    assert "catalogue/questions.csv:4: subject “0999” stands not in catalogue/subjects.csv" in told
    assert "calendars.toml:14: " in told
    assert not installation.exists()


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("areas.csv", "SMA-1-1,ناحیه ۱,,SMA-1,", "SMA-1-1,ناحیه ۱,,SMA-9,", "areas.csv:5: parent “SMA-9”"),
        ("areas.csv", "SMA-2,منطقه ۲", "SMA-1,منطقه ۲", "areas.csv:4: SMA-1 stands already in line 3"),
        ("units.csv", "Works of {district},*,", "Works of {district},NONE,", "parent “NONE”"),
        ("units.csv", "PR-137,centre,مرکز,Centre,,", "PR-137,centre,مرکز,Centre,PR-137,", "round in a circle"),
        ("units.csv", "سازمان,Organisation,,,office", "سازمان,Organisation,,,late", "calendar “late”"),
        ("units.csv", "مرکز,Centre,,,", "مرکز,Centre,,", "units.csv:2: 9 cells under 10 columns"),
        ("crews.csv", "SMA-1/D-TECH,", "SMA-1/D-NONE,", "unit “SMA-1/D-NONE” stands in no row"),
        ("desks.csv", "SMA-1,,01", "SMA-1,,77", "group “77” stands not in"),
        ("desks.csv", "SMA-1,,01", "SMA-2,SMA-1-1,01", "“SMA-1-1” is no sub-district of SMA-2"),
        ("streets.csv", "36.05,59.06", ",", "streets.csv:2: lat and lon are needed"),
        ("streets.csv", "36.05,59.06", "nan,59.06", "lat “nan” is no number"),
        ("catalogue/subjects.csv", ",D-TECH,", ",D-NONE,", "owner “D-NONE” stands in units.csv for no district SMA-1"),
        ("catalogue/subjects.csv", ",ORG-A,", ",ORG-B,", "onward “ORG-B” is no unit"),
        ("catalogue/subjects.csv", ",0,O,", ",0,C*,", "result_promise cannot be 1 with credit C*"),
        ("catalogue/subjects.csv", "photo_before|", "film|", "proof_done “film” is none of"),
        ("catalogue/questions.csv", "Deep,deep", "Deep,steep", "hazard_if “steep” is no answer"),
        ("catalogue/questions.csv", "0101,where", "0101,depth", "question “depth” of 0101 stands already above"),
        ("catalogue/constraints.csv", ",510,", ",110,", "rank 110 is that of LEGAL already"),
        ("catalogue/constraints.csv", ",ORG-A", ",D-NONE", "confirmer “D-NONE”"),
        ("holidays.csv", "1405/02/01", "1405/13/01", "date “1405/13/01” is no date"),
        ("closures.csv", "2026-01-24", "2025-01-24", "ends_at must lie after starts_at"),
        ("calendars.toml", "sun =", "sunday =", "unknown days: sunday"),
        ("city.toml", "origin_lat = 36.0", "origin_lat = 360.0", "city.toml: origin_lat must be a number between"),
        ("city.toml", "Asia/Tehran", "Asia/Teheran", "is no time zone"),
        ("shapes.geojson", '"SMA-2"', '"SMA-3"', "“SMA-3” has a shape but no row here"),
        ("shapes.geojson", "59.2", "259.2", "is no sound polygon in degrees"),
        ("shapes.geojson", '"FeatureCollection"', "", "not readable as JSON"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(folder: Path, file: str, old: str, new: str, told: str) -> None:
    edit(folder, file, old, new)
    assert told in "\n".join(wrongs(folder))


def test_a_folder_or_file_that_cannot_be_read_is_told(folder: Path, tmp_path: Path) -> None:
    assert wrongs(tmp_path / "none") == [f"{tmp_path / 'none'}: is no folder"]
    (folder / "units.csv").write_bytes("نام".encode("cp1256"))
    (folder / "areas.csv").unlink()
    told = "\n".join(wrongs(folder))
    assert "units.csv: is not UTF-8 text" in told
    assert "areas.csv: is missing" in told


def test_a_columns_line_that_lacks_one_is_told(folder: Path) -> None:
    edit(folder, "streets.csv", "name,kind,lat,lon,", "name,kind,lat,long,")
    assert "streets.csv:1: columns are missing: lon" in "\n".join(wrongs(folder))


def test_people_come_only_with_a_demo_city_and_cannot_sign_in_by_a_password(folder: Path) -> None:
    cityload.load(folder, demo=True)
    sara = Person.objects.get(username="sara")
    assert not sara.has_usable_password()
    assert {right.role for right in Right.objects.filter(person=sara)} == {"followup_expert", "operator"}
    desk = Desk.objects.get(code="SMA-1/DESK-01")
    assert [holder.name for holder in desks.holders(desk.pk)] == ["سارا"]
    assert [row.name for row in people.entrance()] == ["سارا", "علی"]


def test_a_right_taken_by_hand_is_not_given_again(folder: Path) -> None:
    cityload.load(folder, demo=True)
    right = Right.objects.get(person__username="ali")
    people.end_right(right.pk)
    DeskHolder.objects.filter(desk__code="SMA-1/DESK").update(valid_to=installation.today())
    assert cityload.load(folder, demo=True) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("علی,unit_head,SMA-1/D-TECH", "علی,unit_head,", "the role unit_head is given for a unit"),
        ("followup_expert,,SMA-1,", "followup_expert,,SMA-1-1,", "is given for a district or the whole city"),
        ("sara,,operator,PR-137,,0", "sara,,operator,PR-137,SMA-1,0", "is given for the whole city, not an area"),
        ("sara,,operator", "sara,زهرا,operator", "“sara” is سارا in a row above"),
        ("SMA-1/DESK|", "SMA-1/TABLE|", "desk “SMA-1/TABLE” stands in no row"),
        ("علی,unit_head,", "علی,boss,", "role “boss” is none of"),
        ("D-TECH,SMA-1,0", "D-TECH,SMA-1,3", "sensitivity “3” is no number between"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_people_is_told(folder: Path, old: str, new: str, told: str) -> None:
    edit(folder, "demo/people.csv", old, new)
    with pytest.raises(WrongFolder, match=r"demo/people\.csv:") as caught:
        cityload.load(folder, demo=True)
    assert told in str(caught.value)


def test_another_city_and_another_origin_are_refused(folder: Path) -> None:
    cityload.load(folder)
    with pytest.raises(installation.OtherInstallation, match="no demo city"):
        cityload.load(folder, demo=True)
    edit(folder, "city.toml", "origin_lat = 36.0", "origin_lat = 36.5")
    with pytest.raises(installation.OtherInstallation, match=r"Put it back to 36\.0, 59\.0"):
        cityload.load(folder)
    edit(folder, "city.toml", '"SMA"', '"BIG"')
    with pytest.raises(installation.OtherInstallation, match="needs one of its own"):
        cityload.load(folder)


def test_the_city_may_change_its_name(folder: Path) -> None:
    cityload.load(folder)
    edit(folder, "city.toml", "شهر کوچک", "شهر بزرگ")
    (change,) = cityload.load(folder)
    assert str(change) == "~ city SMA name: شهر کوچک → شهر بزرگ"
    assert installation.current().name == "شهر بزرگ"


def test_shapes_may_lie_elsewhere_under_another_property(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.geojson"
    content = (folder / "shapes.geojson").read_text().replace('"code": "SMA-', '"number": "')
    other.write_text(content)
    (folder / "shapes.geojson").unlink()
    with (folder / "city.toml").open("a") as file:
        file.write('[shapes]\nproperty = "number"\nprefix = "SMA-"\n')
    cityload.load(folder, shapes=other)
    where = places.locate(36_050_000, 59_150_000)
    assert where is not None
    assert where.district.code == "SMA-2"


def test_a_holiday_somebody_settled_stays_settled(folder: Path) -> None:
    cityload.load(folder)
    Holiday.objects.filter(name="نوروز").update(status="rejected", confirmed_by="admin")
    edit(folder, "holidays.csv", "proposed", "confirmed")
    (change,) = cityload.load(folder)
    assert change.what == "holiday"
    assert Holiday.objects.get(name="عید").status == "confirmed"
    assert Holiday.objects.get(name="نوروز").status == "rejected"


def test_the_command_shows_and_loads_only_when_told_to(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cityload.run([str(folder)]) == 0
    told = capsys.readouterr().out
    assert "+ unit SMA-1/D-TECH فنی منطقه ۱" in told
    assert "add --yes" in told
    assert not installation.exists()
    assert cityload.run([str(folder), "--yes"]) == 0
    assert installation.exists()
    capsys.readouterr()
    assert cityload.run([str(folder), "--yes"]) == 0
    assert capsys.readouterr().out == "Nothing would change.\n"
    edit(folder, "city.toml", "Asia/Tehran", "Nowhere")
    with pytest.raises(Refused, match="nothing was changed"):
        cityload.run([str(folder), "--yes"])


def test_mashhad_loads_whole_and_answers(city: Path) -> None:
    assert city == CITY
    assert cityload.load(city) == []
    assert len(places.districts()) == 13
    assert len(places.areas("subdistrict")) == 44
    assert len(subjects.all()) == 84
    assert len(subjects.groups()) == 12
    assert len(constraints.all()) == 15
    for code in ("0101", "0106", "0203"):
        subject = subjects.by_code(code)
        assert subject is not None
        assert (subject.deadline_seconds, subject.deadline_clock) == (72 * 3600, "clock")
    for district in places.districts():
        assert desks.desk_for(district.id, None, None)
        for subject in subjects.all():
            assert units.owner_for(subject.owner_code, district.id), (district.code, subject.code)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM city_former")
        assert cursor.fetchone() == (0,)


def test_mashhads_people_load(city: Path) -> None:
    plan = cityload.read(city, demo=True)
    assert {key[1] for key in plan.people.rights} >= {"operator", "unit_head", "followup_expert", "crew", "admin"}
