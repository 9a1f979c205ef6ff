"""Emergencies and other bodies' matters: loaded from the city's folder, found by a phrase, never by a street's name."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bina.ground.catalogue import bank, diversions, pack
from bina.ground.catalogue.models import Diversion
from bina.ground.city.dated import this_day
from bina.ground.city.folder import Folder
from bina.ground.sla import version

SAID = {
    "خونه همسايه اتيش گرفته زود بياييد": "125", "بوي گاز مياد توي کوچه": "194", "يک نفر زخمي شده": "115",
    "دارن دزدی میکنن سر کوچه": "110", "برق رفته از صبح": "121", "آب قطع شده": "122",
    "I smell gas here": "194", "There is a fire in our lane": "125", "نشتی گاز داریم": "194", "قطعي آب داريم": "122",
    "we have no electricity": "121",
}  # fmt: skip
NOT_SAID = (
    "چالهٔ بزرگی در بولوار گاز ۱۳ است", "سر کوچه آتشگاه زباله مانده", "چراغ پارک خاموش است", "درخت پلیس راه خشک است",
    "آب جوی لبریز شده", "میدان برق دست‌فروش دارد", "pothole in Gas boulevard", "",
)  # fmt: skip


@pytest.mark.parametrize(("said", "number"), SAID.items())
def test_what_people_say_leads_to_the_number(city: Path, said: str, number: str) -> None:
    version.check(version.current())
    assert diversions.find(said)[0].number == number


@pytest.mark.parametrize("said", NOT_SAID)
def test_a_street_or_a_thing_of_ours_diverts_nobody(city: Path, said: str) -> None:
    version.check(version.current())
    assert diversions.find(said) == []


def test_emergencies_come_first_and_what_has_ended_is_not_told(city: Path) -> None:
    version.check(version.current())
    found = diversions.find("برق رفته و خانه آتش گرفته")
    assert [row.emergency for row in found] == [True, False]
    assert all(row.sentence_en and row.name_en for row in diversions.all())
    Diversion.objects.filter(code="fire").update(valid_to=this_day() - timedelta(days=1))
    version.check(version.bump())
    assert [row.code for row in diversions.find("خانه آتش گرفته")] == []


def test_a_wrong_row_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "diversions.csv").write_text(
        "code,name,name_en,number,emergency,sentence,sentence_en,keywords,source\n"
        "fire,آتش‌نشانی,,۱۲۵ و ۱۲۶,1,زنگ بزنید,,,\n",
        encoding="utf-8",
    )
    folder = Folder(tmp_path)
    pack.read_diversions(folder)
    assert [wrong.line for wrong in folder.wrongs] == [2, 2, 2]


@pytest.mark.parametrize(("said", "code"), [("زباله را چه ساعتی می‌برند؟", "waste-hours"), ("کارت من‌کارت", "bus-card")])
def test_an_answer_is_offered_when_it_is_surely_wanted(city: Path, said: str, code: str) -> None:
    version.check(version.current())
    assert code in [row.code for row in bank.offered(said)]


@pytest.mark.parametrize("said", ["چالهٔ بزرگی جلوی مدرسه است", "جدول کنار خیابان شکسته", "نیمکت پارک خراب است", ""])
def test_a_problem_gets_no_ready_answer(city: Path, said: str) -> None:
    version.check(version.current())
    assert bank.offered(said) == []
