"""The answer bank: loaded from the city's folder, found by any of its words, silent once an answer has ended."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bina.ground.catalogue import bank
from bina.ground.catalogue.models import Answer
from bina.ground.city.dated import this_day
from bina.ground.sla import version

ASKED = {
    "زباله چه ساعتی میبرن": "waste-hours", "اشغال کی میبرند": "waste-hours", "مبل کهنه دارم": "waste-big",
    "کد رهگيري يادم نيست": "track-lost", "بوی گاز مياد": "other-gas", "برق رفته": "other-power",
    "قبض نوسازی کجا پرداخت کنم": "toll-pay", "جواز ساخت خانه": "permit-start", "من‌کارت شارژ": "bus-card",
    "ماشینم رو جرثقیل برده": "towed-car", "استخدام شهرداری": "job", "رشوه میخواست": "bribe",
    "قبر پدربزرگم کجاست": "grave", "ملاقات با شهردار": "council-meet",
}  # fmt: skip


def test_the_city_brings_its_bank(city: Path) -> None:
    version.check(version.current())
    rows = bank.all()
    assert len(rows) >= 40
    assert all(30 < len(row.body) <= 1200 and row.title and row.keywords and row.owner for row in rows)
    assert len({row.body for row in rows}) == len(rows)


@pytest.mark.parametrize(("said", "code"), ASKED.items())
def test_what_people_ask_finds_the_answer(city: Path, said: str, code: str) -> None:
    version.check(version.current())
    assert code in [row.code for row in bank.find(said, 2)]


def test_an_answer_that_has_ended_is_not_read_out(city: Path) -> None:
    version.check(version.current())
    Answer.objects.filter(code="job").update(valid_to=this_day() - timedelta(days=1))
    version.bump()
    version.check(version.current())
    assert bank.by_code("job") is None
    assert "job" not in [row.code for row in bank.find("استخدام", 10)]
    assert bank.by_code("grave")
