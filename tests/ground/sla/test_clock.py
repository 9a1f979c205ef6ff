"""The city's clock stands with the transaction and moves only forwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from bina.ground.sla import clock, version

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


def test_what_a_thread_knows_of_it_moves_with_it() -> None:
    """Also in a thread that was told a version before: the move made another, which it is told next."""
    version.check(version.current())
    assert clock.known_shift() == timedelta(0)
    clock.move(by=timedelta(days=3))
    assert clock.known_shift() == timedelta(days=3), "this thread knows no version until it is told one"
    version.check(version.current())
    assert clock.known_shift() == timedelta(days=3)


def test_without_its_row_it_is_the_real_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sla_clock")
    assert clock.shift() == timedelta(0)
    assert clock.now().year >= 2025


def test_today_is_the_day_of_the_zone() -> None:
    assert abs((clock.today("Asia/Tehran") - clock.now().date()).days) <= 1
