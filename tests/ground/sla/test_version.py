"""Results are kept until the city's version changes, and never shown across versions."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest
from django.db import connection, transaction

from bina.ground.sla import version


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    version.forget()
    yield
    version.forget()


def test_results_are_kept_for_a_version_and_computed_anew_for_the_next() -> None:
    asked: list[int] = []

    @version.per_version
    def double(number: int, *, plus: int = 0) -> int:
        asked.append(number)
        return 2 * number + plus

    assert double(2) == double(2) == 4
    assert asked == [2, 2]  # no version known: never kept
    version.check(5)
    assert [double(3), double(3), double(3, plus=1), double(3, plus=1)] == [6, 6, 7, 7]
    assert asked == [2, 2, 3, 3]
    version.check(6)
    assert double(3) == 6
    version.check(5)  # a slower request, still at the version before
    assert double(3) == 6
    assert asked == [2, 2, 3, 3, 3]


def test_none_is_a_result_too_and_an_error_is_none() -> None:
    asked: list[str] = []

    @version.per_version
    def find(name: str) -> None:
        asked.append(name)
        if name == "wrong":
            raise KeyError(name)

    version.check(1)
    find("a")
    find("a")
    for _ in range(2):
        with pytest.raises(KeyError):
            find("wrong")
    assert asked == ["a", "wrong", "wrong"]


def test_each_thread_stands_at_the_version_it_was_told() -> None:
    seen: dict[str, int | None] = {}
    version.check(9)
    thread = Thread(target=lambda: seen.update(other=version.known()))
    thread.start()
    thread.join()
    assert (version.known(), seen["other"]) == (9, None)


def test_few_versions_and_bounded_results_are_held() -> None:
    @version.per_version
    def same(number: int) -> int:
        return number

    for number in range(1, 6):
        version.check(number)
        same(number)
    held = version._kept[same.__wrapped__]  # type: ignore[attr-defined]
    assert sorted(held) == [4, 5]


@pytest.mark.django_db
def test_a_change_raises_the_number_and_a_change_taken_back_never_returns() -> None:
    before = version.current()
    version.check(before)
    with transaction.atomic():
        lost = version.bump()
        assert version.current() == lost > before
        transaction.set_rollback(True)
    assert version.known() is None
    assert version.current() == before
    assert version.bump() > lost


@pytest.mark.django_db
def test_an_empty_database_is_at_version_nought_and_can_be_raised() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sla_cityversion")
    assert version.current() == 0
    assert version.current() < version.bump()
