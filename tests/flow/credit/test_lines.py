"""Credit lines: opened once with their history, read by district, filled from a city's folder."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from bina.flow.cases.errors import Invalid
from bina.flow.cases.models import Event
from bina.flow.credit import lines, pack
from bina.flow.credit.lines import Stage
from bina.flow.credit.models import CreditLine, Tranche
from bina.ground.city import places
from bina.ground.city.dated import this_day
from bina.ground.city.folder import Folder
from bina.ground.text.jalali import from_jalali, to_jalali
from tests.flow.cast import ready

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
HEAD = "code,name,year,kind,approved,area,owner,stages,source\n"
TODAY = from_jalali(1405, 9, 4)


def made(code: str, area_id: int | None = None, **more: object) -> int:
    given: dict = {
        "code": code, "name": "آسفالت", "year": to_jalali(this_day()).year, "kind": "capital", "approved": 100,
        "area_id": area_id, "source": "آزمون", "actor": "p:1", "channel": "test",
        "stages": [Stage(40, this_day() - timedelta(days=9), 40, this_day(), "۱۲"), Stage(50, this_day())],
    }  # fmt: skip
    return lines.open_line(**(given | more))


def district(code: str = "MHD-03") -> int:
    ready()
    area = places.area_by_code(code)
    assert area is not None
    return area.id


def test_a_line_shows_its_oldest_stage_that_did_not_come():
    here = district()
    number = made("X-1", here)
    row = lines.by_ids([number])[number]
    assert (row.tranche, row.amount_due, row.due_on) == (2, 50, this_day())
    assert lines.exists(number)
    assert not lines.exists(number + 99)
    [event] = Event.objects.filter(stream_kind="credit", stream_id=number)
    assert (event.verb, event.given["stages"]) == ("opened", 2)


def test_a_district_is_offered_its_own_lines_and_the_citys_of_two_years():
    here, other = district(), district("MHD-09")
    own, citys, foreign, old = made("X-1", here), made("X-2"), made("X-3", other), made("X-4", here, year=1390)
    found = [row.id for row in lines.offered(here)]
    assert own in found
    assert citys in found
    assert foreign not in found
    assert old not in found
    assert found.index(own) < found.index(citys)


def test_a_line_cannot_be_opened_twice_or_over_its_sum():
    made("X-1")
    with pytest.raises(Invalid, match="هست"):
        made("X-1")
    with pytest.raises(Invalid, match="مصوب"):
        made("X-2", stages=[Stage(101, this_day())])
    assert not CreditLine.objects.filter(code="X-2").exists()


def read(folder: Path, text: str) -> tuple[list[pack.LineFile], list[str]]:
    (folder / "credit.csv").write_text(HEAD + text, encoding="utf-8")
    source = Folder(folder)
    found = pack.read_lines(source, "credit.csv", areas={"MHD-03"}, units={"DEP-FIN"}, today=TODAY)
    return found, [str(wrong) for wrong in source.wrongs]


def test_a_folder_says_lines_with_days_of_their_own_year(tmp_path):
    [line], wrong = read(
        tmp_path, "۱,آسفالت,0,capital,90,MHD-03,DEP-FIN,40@02/31>03/06:ابلاغ ۱۲|50@11/15>11/20:دیر,ساختگی\n"
    )
    assert wrong == []
    assert line.year == 1405
    first, second = line.stages
    assert (first.due_on, first.given_on, first.document) == (
        from_jalali(1405, 2, 31),
        from_jalali(1405, 3, 6),
        "ابلاغ 12",
    )
    assert (second.amount, second.given, second.given_on) == (50, None, None), (
        "a day that has not come hands nothing over"
    )
    pack.open_lines([line], actor="admin:command", origin="demo")
    assert pack.lacking([line]) == []
    assert Tranche.objects.filter(line__code="1").count() == 2


@pytest.mark.parametrize(("row", "sentence"), [
    ("1,آ,0,capital,90,MHD-77,,,x", "no area"), ("1,آ,0,capital,90,,NOBODY,,x", "no unit"),
    ("1,آ,0,else,90,,,,x", "none of"), ("1,آ,0,capital,90,,,91@02/01,x", "more than was approved"),
    ("1,آ,0,capital,90,,,40@13/01,x", "month"), ("1,آ,0,capital,90,,,چهل,x", "is no stage"),
    ("1,آ,,capital,90,,,,x", "year is empty"), ("1,آ,200,capital,90,,,,x", "no Jalali year"),
    ("1,آ,0,capital,90,,,,x\n1,ب,0,capital,90,,,,x", "twice"),
])  # fmt: skip
def test_what_is_wrong_with_a_line_is_told_by_row(tmp_path, row, sentence):
    _found, wrong = read(tmp_path, row + "\n")
    assert any(sentence in one for one in wrong), wrong


def test_the_demo_city_has_lines_marked_as_invented():
    ready()
    shown = CreditLine.objects.filter(source="ساختگی")
    assert shown.count() >= 6
    due = [t.due_on for t in Tranche.objects.filter(line__in=shown, given_on=None)]
    assert due
    assert all(isinstance(day, date) for day in due)
