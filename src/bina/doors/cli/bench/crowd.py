"""A city with a million cases for the bench: made once for each schema, through the same folding as an import."""

from __future__ import annotations

import time
from bisect import bisect
from itertools import accumulate
from random import Random
from typing import Any

import psycopg

from bina.doors.cli.steps import say
from bina.flow.cases import bulk
from bina.flow.cases.bulk import Story, Told
from bina.flow.cases.register import Place, settle
from bina.ground.catalogue import subjects
from bina.ground.city import nearby, places, units

BATCH = 2500  # stories a transaction: under a second
DAY = 86_400
YEARS = 2
PHONES = 600_000  # different numbers that call
OPEN = 0.03  # of all cases: some three weeks' worth
SPREAD_E6 = 9000  # micro-degrees about a known street: some 900 m
_SAID = (
    "چند روز است که {what} {where} مانده و کسی نیامده",
    "{what} {where} هست لطفا رسیدگی کنید",
    "سلام {what} جلوی خانه ما {where} خطرناک شده",
    "برای بار دوم {what} {where} را گزارش می‌کنم",
    "{what} {where} نزدیک {landmark} شماره {n}",
    "همسایه‌ها از {what} {where} گله دارند پلاک {n}",
    "{what} {where} جلوی مغازه {rare}",
)
_PARTS = (
    "با",
    "دا",
    "را",
    "سا",
    "کا",
    "ما",
    "نی",
    "پو",
    "رو",
    "زی",
    "شا",
    "می",
    "لو",
    "ها",
    "تی",
    "گو",
)  # of rare names


class Crowd:
    """Stories by chance, the same for the same seed: places of the city's streets, words with a long tail."""

    def __init__(self, seed: int, now: int) -> None:
        self.chance, self.now = Random(seed), now
        self.subjects = [s for s in subjects.all() if s.place_required and s.sensitivity == 0]
        weights = list(accumulate(1 / (rank + 1) for rank in range(len(self.subjects))))
        self.weights = weights
        self.streets = nearby.streets()
        self.settled: dict[tuple[int, str], dict[str, Any]] = {}
        self.spots = [spot for spot in (self._spot() for _ in range(30_000)) if spot]

    def _spot(self) -> tuple[int, int, str] | None:
        lat, lon, name = self.chance.choice(self.streets)
        at = (lat + self.chance.randint(-SPREAD_E6, SPREAD_E6), lon + self.chance.randint(-SPREAD_E6, SPREAD_E6))
        return (*at, name) if places.locate(*at) else None

    def story(self, number: int) -> Story:
        """One case: nearly always closed, else in one of the open states."""
        chance = self.chance
        subject = self.subjects[min(bisect(self.weights, chance.random() * self.weights[-1]), len(self.subjects) - 1)]
        lat, lon, street = chance.choice(self.spots)
        key = (lat, f"{lon}{subject.group_code}")
        if key not in self.settled:
            self.settled[key] = settle(Place("point", lat, lon), subject)
        stays = chance.random() < OPEN
        age = chance.randint(DAY, 20 * DAY) if stays else chance.randint(25 * DAY, YEARS * 365 * DAY)
        at = self.now - age
        what = chance.choice(subject.keywords) if subject.keywords else subject.name
        words = chance.choice(_SAID).format(
            what=what,
            where=street,
            landmark=chance.choice(self.streets)[2],
            n=chance.randint(1, 400),
            rare="".join(chance.choices(_PARTS, k=4)),
        )
        given = {
            "subject": subject.id, **self.settled[key], "priority": subject.priority, "hazard": subject.hazard,
            "sensitivity": 0, "answer_window": subject.answer_window_days, "guarantee": subject.guarantee_days,
        }  # fmt: skip
        unit = units.owner_for(subject.owner_code, given["district"])
        events = self._life(subject, unit.id if unit else None, at, stays)
        return Story(
            old_code=f"B{number}", at=at * 1_000_000, channel="phone", register=given, events=events, words=words,
            name=f"شهروند {number % 977}", phone=f"+9891{chance.randrange(PHONES):08d}",
            address=f"{street} {chance.randint(1, 60)}",
        )  # fmt: skip

    def _life(self, subject: subjects.SubjectRow, unit: int | None, at: int, stays: bool) -> list[Told]:
        """What followed: referred, accepted, reported, closed; an open one stops on the way."""
        if unit is None:
            return []
        due = at + 3 * DAY
        told = [
            Told("refer", (at + 3600) * 1_000_000, {"unit": unit, "due_at": due}),
            Told("accept", (at + 2 * 3600) * 1_000_000, {}),
            Told("report", (at + DAY) * 1_000_000, {"finding": "done", "proof": True, "answer_until": at + 8 * DAY}),
            Told(
                "close_unheard",
                (at + 9 * DAY) * 1_000_000,
                {"outcome": "unconfirmed", "guarantee_until": at + 39 * DAY},
            ),
        ]
        return told[: self.chance.choices((0, 1, 2, 3), (15, 30, 35, 20))[0]] if stays else told


def fill(connection: psycopg.Connection, cases: int, now: int, *, seed: int = 137) -> None:
    """Brings the city up to so many cases; what is there already stays."""
    row = connection.execute("SELECT count(*) FROM cases_case").fetchone()
    standing = row[0] if row else 0
    connection.commit()
    if standing >= cases:
        connection.execute("ANALYZE")  # of indexes that came since it was filled the planner knows nothing yet
        connection.commit()
        return
    crowd, begun, told = Crowd(seed + standing, now), time.monotonic(), 0.0
    for first in range(standing, cases, BATCH):
        batch = [bulk.prepare(crowd.story(n), now * 1_000_000) for n in range(first, min(first + BATCH, cases))]
        bulk.write(connection, batch)
        if time.monotonic() - told > 20:
            told = time.monotonic()
            say(f"  {first:,} of {cases:,} cases, {round((first - standing) / (told - begun + 0.01)):,} a second")
    connection.commit()
    connection.autocommit = True
    say("  the planner learns the tables")
    connection.execute("VACUUM ANALYZE")
    connection.autocommit = False
