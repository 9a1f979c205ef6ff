"""Registrations while processes are killed: nothing acknowledged is lost, nothing doubled; and who stops whom."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator

import pytest

from tests.flow.faults import harness
from tests.flow.faults.harness import Caller, Installation, Load, body, killing, truth, until

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def place() -> Iterator[Installation]:
    """One installation for this file: its tests only add to it, the last one makes it forgetful."""
    made = Installation("faults")
    try:
        made.make()
        made.start()
        yield made
    finally:
        made.remove()


def seeded() -> int:
    """A seed of this run, printed when the test fails; BINA_TEST_SEED repeats one."""
    seed = int(os.environ.get("BINA_TEST_SEED") or random.SystemRandom().randrange(10**6))
    print(f"seed {seed}: BINA_TEST_SEED={seed} repeats it")
    return seed


def before(place: Installation) -> set[str]:
    with place.connect() as connection:
        return {row[0] for row in connection.execute("SELECT code FROM cases_case")}


def test_one_key_makes_one_case_however_many_send_it(place: Installation) -> None:
    key, codes = uuid.uuid4().hex, []
    start = threading.Barrier(64)

    def send() -> None:
        caller = Caller(place)
        start.wait()
        codes.append(caller.acknowledged(key, body(-1)))
        caller.drop()

    threads = [threading.Thread(target=send) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(codes) == 64
    assert len(set(codes)) == 1
    assert truth(place, {key: codes[0]}).doubled == 0


def test_one_key_with_another_body_is_refused_and_changes_nothing(place: Installation) -> None:
    caller, key = Caller(place), uuid.uuid4().hex
    code = caller.acknowledged(key, body(-2))
    count = len(before(place))
    status, answer = caller.send(key, body(-3))
    assert status == 422
    assert answer["type"].endswith("key-reused")
    assert answer["detail"]
    assert len(before(place)) == count
    assert caller.acknowledged(key, body(-2)) == code
    caller.drop()


@pytest.mark.parametrize("part", ["clerk", "worker"])
def test_a_paused_part_stops_nobody_else(place: Installation, part: str) -> None:
    pid = place.pids()[part]
    os.kill(pid, signal.SIGSTOP)
    try:
        load = Load(place, 100, seed=len(part), first=1_000 * len(part))
        began = time.monotonic()
        load.start()
        load.join()
        assert time.monotonic() - began < harness.PATIENCE / 2
        assert truth(place, load.acknowledged).lost == []
    finally:
        os.kill(pid, signal.SIGCONT)
    assert place.verified().findings == []


def test_nothing_acknowledged_is_lost_while_everything_is_killed(
    place: Installation, size: Callable[[int, int], int]
) -> None:
    seed = seeded()
    known = before(place)
    load = Load(place, size(2_000, 10_000), seed, first=10_000)
    load.start()
    killed = killing(load, size(12, 40))
    load.join()
    found = truth(place, load.acknowledged)
    print(f"killed {dict(killed)}; {load.tries} tries")
    assert sum(killed.values()) == size(12, 40)
    assert len(load.acknowledged) == load.total
    assert load.answered_otherwise == []
    assert found.lost == []
    assert found.doubled == 0
    assert found.unasked == len(known - set(load.acknowledged.values()))
    assert place.verified().findings == []


def test_without_durable_commits_something_is_lost(place: Installation) -> None:
    """The control: the same measurement must see what is lost when a commit is acknowledged before it is written."""
    with place.connect("super") as connection:
        connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        connection.execute("ALTER SYSTEM SET wal_writer_flush_after = '1GB'")
        connection.execute("ALTER ROLE bina_app SET synchronous_commit = off")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'bina_app'")
    lost: list[str] = []
    for attempt in range(4):
        load = Load(place, 300, seed=seeded(), first=100_000 + attempt * 1_000)
        load.start()
        until(lambda load=load: len(load.acknowledged) >= 150 or load.done, "for the load")  # type: ignore[misc]
        assert harness.kill(place, "postmaster", random.Random(attempt))
        load.join()
        lost = truth(place, load.acknowledged).lost
        if lost or load.answered_otherwise:
            break
    assert lost or load.answered_otherwise
