"""The city's clock stands with the transaction and moves only forwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from bina.ground.sla import clock

pytestmark = pytest.mark.django_db


def test_it_is_the_transactions_time_and_stands_still_within_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        real = cursor.fetchone()[0]
    assert clock.now() == real == clock.now()
    assert clock.now().utcoffset() == timedelta(0)


def test_a_demo_moves_it_forwards_only() -> None:
    before = clock.now()
    assert clock.move(by=timedelta(days=3)) == timedelta(days=3)
    assert clock.move(by=timedelta(hours=2)) == timedelta(days=3, hours=2) == clock.shift()
    assert clock.now() - before == timedelta(days=3, hours=2)
    with pytest.raises(ValueError, match="forwards"):
        clock.move(by=timedelta(seconds=-1))


def test_written_out_it_is_the_same_moment() -> None:
    clock.move(by=timedelta(days=3))
    with connection.cursor() as cursor:
        for _row in ("there", "gone"):
            cursor.execute(f"SELECT bina_now() = {clock.NOW}")
            assert cursor.fetchone() == (True,)
            cursor.execute("DELETE FROM sla_clock")


def test_without_its_row_it_is_the_real_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sla_clock")
    assert clock.shift() == timedelta(0)
    assert clock.now().year >= 2025


def test_today_is_the_day_of_the_zone() -> None:
    assert abs((clock.today("Asia/Tehran") - clock.now().date()).days) <= 1
