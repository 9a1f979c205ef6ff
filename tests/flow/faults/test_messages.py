"""Messages while the worker, the clerk and the database are killed: each citizen is told once, and of everything."""

from __future__ import annotations

import json
import os
import random
import uuid
from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.flow.faults.harness import Caller, Installation, kill, until

pytestmark = pytest.mark.faults
DEADLY = ("worker", "clerk", "worker", "backend", "worker")


@pytest.fixture(scope="module")
def place() -> Iterator[Installation]:
    made = Installation("messages")
    try:
        made.make()
        made.start()
        yield made
    finally:
        made.remove()


def body(number: int) -> bytes:
    """A report of somebody who wants to be told by message."""
    new = {
        "subject": "0101", "words": f"چالهٔ شمارهٔ {number}", "address": "بلوار سجاد ۱۲", "tell_by": "sms",
        "phone": f"0999{number:07}", "name": "علی رضایی",
    }  # fmt: skip
    return json.dumps(new, ensure_ascii=False).encode()


def states(place: Installation) -> dict[str, int]:
    try:
        with place.connect() as connection:
            return dict(connection.execute("SELECT state, count(*) FROM dialogue_outbox GROUP BY state").fetchall())
    except psycopg.OperationalError:
        return {}


def test_each_is_told_once_whoever_dies(place: Installation, size: Callable[[int, int], int]) -> None:
    total, chance = size(60, 600), random.Random(seed := random.SystemRandom().randrange(10**6))
    print(f"seed {seed}")
    caller, codes = Caller(place), []
    for number in range(total):
        codes.append(caller.acknowledged(uuid.uuid4().hex, body(number)))
        if number % (total // len(DEADLY)) == total // 10:
            kind = DEADLY[number // (total // len(DEADLY))]
            until(lambda kind=kind: kill(place, kind, chance), f"for a {kind} to kill")  # type: ignore[misc]
    caller.drop()
    until(lambda: states(place).get("sent", 0) + states(place).get("unknown", 0) >= total, "for the messages")
    until(lambda: set(states(place)) == {"sent"}, "for what may have gone out to be settled")
    with place.connect() as connection:
        told = connection.execute(
            "SELECT k.code, count(*) FROM dialogue_outbox o JOIN cases_case k ON k.id = o.case_id GROUP BY k.code"
        ).fetchall()
        numbers = connection.execute("SELECT gateway_id FROM dialogue_outbox").fetchall()
        [(aside,)] = connection.execute("SELECT count(*) FROM cases_setaside").fetchall()
    assert dict(told) == dict.fromkeys(codes, 1)
    assert aside == 0
    # The console keeps one file a message, written by rename: as many went out as there are messages.
    assert sorted(os.listdir(place.home / "messages")) == sorted(number for (number,) in numbers)
    assert place.verified().findings == []
