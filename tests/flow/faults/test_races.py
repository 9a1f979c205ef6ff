"""Sixty-four at once on one case: one legal history, every loser told clearly; and the same without the lock."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connections

from bina.flow.cases import clerk, verify, write
from bina.flow.cases.errors import CaseError, Stale
from bina.flow.cases.merge import merge
from bina.flow.cases.models import Case
from bina.flow.cases.moves import BY_VERB, By, State
from bina.flow.cases.record import record
from tests.databases import Fresh
from tests.flow.cast import UNITS, new, ready, unit

AT_ONCE = 64


@dataclass
class Race:
    """One case, and how each of those who rushed at it fared."""

    case_id: int
    other: int
    seed: int

    def __post_init__(self) -> None:
        self.won: list[str] = []
        self.told: list[CaseError] = []
        self.confused: list[BaseException] = []

    def run(self) -> None:
        """All of them at the same moment, each by a connection of its own."""
        start = threading.Barrier(AT_ONCE)
        threads = [threading.Thread(target=self._attempt, args=(n, start)) for n in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _attempt(self, number: int, start: threading.Barrier) -> None:
        chance, actor = random.Random(f"{self.seed}-{number}"), f"p:{number + 1}"
        seq = 1 if chance.random() < 0.5 else None
        try:
            ready()
            to = unit(chance.choice(UNITS)).id
            start.wait(60)
            kind = chance.choices(("refer", "accept", "merge"), (6, 3, 1))[0]
            common = {"actor": actor, "channel": "test", "seq": seq}
            if kind == "refer":
                record(self.case_id, "refer", by=By.EXPERT, unit=to, words=f"به {number}", **common)  # type: ignore[arg-type]
            elif kind == "accept":
                record(self.case_id, "accept", by=By.UNIT, **common)  # type: ignore[arg-type]
            else:
                merge(self.case_id, into=self.other, by=By.EXPERT, **common)  # type: ignore[arg-type]
            self.won.append(actor)
        except CaseError as error:
            self.told.append(error)
        except BaseException as error:
            self.confused.append(error)
        finally:
            connections.close_all()


def history(fresh: Fresh, case_id: int) -> list[tuple[int, str, str]]:
    with fresh.connect() as connection:
        return connection.execute(
            "SELECT seq, verb, actor FROM cases_event WHERE stream_kind = 'case' AND stream_id = %s ORDER BY seq",
            [case_id],
        ).fetchall()


def legal(events: list[tuple[int, str, str]]) -> bool:
    """Whether the table allows each move in the state that the ones before it led to, with numbers without gaps."""
    state: State | None = None
    for place, (seq, verb, _actor) in enumerate(events, 1):
        move = BY_VERB.get(verb)
        if seq != place or (move is not None and state not in move.before):
            return False
        state = move.after if move is not None else state
    return True


def test_of_sixty_four_at_once_there_is_one_legal_history(
    fresh_database: Fresh, city: Path, size: Callable[[int, int], int]
) -> None:
    outcomes: Counter[str] = Counter()
    for seed in range(size(30, 300)):
        race = Race(new().case_id, new().case_id, seed)
        race.run()
        assert race.confused == [], race.confused[:1]
        assert len(race.won) + len(race.told) == AT_ONCE
        assert all(error.sentence for error in race.told)
        events = history(fresh_database, race.case_id)
        assert legal(events), events
        moved = [actor for _seq, verb, actor in events if verb in ("refer", "accept", "merge")]
        assert sorted(moved) == sorted(race.won)
        case = Case.objects.get(pk=race.case_id)
        assert case.seq == len(events)
        outcomes.update(type(error).__name__ for error in race.told)
        stale = [error for error in race.told if isinstance(error, Stale)]
        assert all(1 < error.seq <= len(events) for error in stale)
    assert outcomes["Stale"]
    assert outcomes["Refused"]
    with clerk.connect(fresh_database.url) as connection:
        clerk.drain(connection)
    assert verify.verify(fresh_database.url).findings == []


def test_without_the_lock_losers_are_not_told_clearly(fresh_database: Fresh, city: Path, monkeypatch) -> None:
    """The control: with the case's row left unlocked the same race ends in errors that nobody could explain."""
    assert "FOR NO KEY UPDATE OF c" in write._LOCK
    monkeypatch.setattr(write, "_LOCK", write._LOCK.replace(" FOR NO KEY UPDATE OF c", ""))
    race = Race(new().case_id, new().case_id, 0)
    race.run()
    assert race.confused
