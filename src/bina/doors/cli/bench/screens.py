"""How long the server takes for each screen and look-up in a city of a hundred thousand and of a million cases."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import psycopg

from bina.doors.cli.bench.place import crowded
from bina.doors.cli.figures import Figure
from bina.doors.cli.steps import say

P95_MS, GROWTH, GRACE_MS, STATEMENTS = 50.0, 1.5, 5.0, 12
SMALL, LARGE = 100_000, 1_000_000
TIMES = 40  # of each screen, after three that warm it
BACKEND = "django.contrib.auth.backends.ModelBackend"


def figures(large: int = LARGE) -> list[Figure]:
    """Each screen at both sizes: its 95th percentile, beside the bar and beside the smaller city."""
    small, _ = _measured(min(SMALL, large // 2))
    big, statements = _measured(large)
    rows, fewer = [], min(SMALL, large // 2)
    for name, took in big.items():
        grown = max(GROWTH * small[name], small[name] + GRACE_MS)
        bound = P95_MS if name == "text: one letter wrong" else min(P95_MS, grown)
        note = f"{small[name]:.1f} ms at {fewer:,} cases; {statements[name]} statements (at most {STATEMENTS})"
        rows.append(Figure(f"{name}, p95", took, "ms", bound, took / bound, note))
    return rows


def _measured(cases: int) -> tuple[dict[str, float], dict[str, int]]:
    took: dict[str, float] = {}
    counted: dict[str, int] = {}
    with crowded(cases) as urls:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        from bina.doors.cli.bench.crowd import fill
        from bina.flow.cases import search
        from bina.ground.sla import clock

        say(f"  a city of {cases:,} cases")
        with psycopg.connect(urls.owner) as own:
            fill(own, cases, int(clock.now().timestamp()))
        while search.learn():
            pass
        for name, ask in Asked().all():
            ask()
            with CaptureQueriesContext(connection) as seen:
                ask()
            counted[name] = len(seen)
            ask()
            times = []
            for _ in range(TIMES):
                begun = time.perf_counter()
                ask()
                times.append((time.perf_counter() - begun) * 1000)
            took[name] = sorted(times)[int(TIMES * 0.95) - 1]
    return took, counted


class Asked:
    """The questions that people's screens put, each about another case every time."""

    def __init__(self) -> None:
        from django.db import connection

        from bina.ground.city import people
        from bina.ground.city.roles import Role

        self.chance = Random(137)
        self.expert = self._client(people.of_role(Role.FOLLOWUP_EXPERT)[0].person_id)
        self.operator = self._client(people.of_role(Role.OPERATOR)[0].person_id)
        self.head = self._client(people.of_role(Role.UNIT_HEAD)[0].person_id)
        self.viewer = people.viewer(people.of_role(Role.OPERATOR)[0].person_id)
        with connection.cursor() as cursor:
            cursor.execute("SELECT c.code, k.phone, point[0], point[1] FROM cases_case c JOIN cases_contact k "
                           "ON k.case_id = c.id WHERE c.id % 997 = 3 AND k.phone IS NOT NULL AND point IS NOT NULL "
                           "ORDER BY c.id DESC LIMIT 400")  # fmt: skip
            self.cases = cursor.fetchall()
            cursor.execute("SELECT word FROM cases_term WHERE length(word) > 4 ORDER BY cases, word LIMIT 50")
            self.rare = [w for (w,) in cursor.fetchall()]
            cursor.execute("SELECT word FROM cases_term WHERE length(word) > 3 ORDER BY cases DESC LIMIT 24")
            self.common = [w for (w,) in cursor.fetchall()]

    def _client(self, person_id: int) -> Any:
        from django.test import Client

        from bina.ground.city import people

        client, person = Client(SERVER_NAME="localhost"), people.person(person_id)
        if person is not None:
            client.force_login(person, backend=BACKEND)
        return client

    def all(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """Each by its name."""
        yield "worklist", lambda: self._page(self.expert, "/worklist")
        yield "unit inbox", lambda: self._page(self.head, "/inbox")
        yield "results to check", lambda: self._page(self.expert, "/results")
        yield "case page", lambda: self._page(self.operator, f"/case/{self._one()[0]}")
        yield "code look-up", lambda: self._page(self.operator, f"/find?q={self._one()[0]}")
        yield "phone look-up", self._phone
        yield "near here", self._near
        yield "map box", self._map
        yield "map, list of a box", lambda: self._map("list")
        yield "map, whole city", lambda: self._page(self.operator, "/map/points?zoom=1")
        yield "map, page", lambda: self._page(self.expert, "/map")
        yield "text: rare word", lambda: self._text(self.chance.choice(self.rare))
        yield "text: common word", lambda: self._text(self.chance.choice(self.common))
        yield "text: two common words", lambda: self._text(" ".join(self.chance.sample(self.common, 2)))
        yield "text: one letter wrong", lambda: self._text(self._slip(self.chance.choice(self.common)))
        yield "text: street and subject", lambda: self._text(f"{self._street()} چاله")
        yield "found, last page", self._last

    def _one(self) -> Any:
        return self.chance.choice(self.cases)

    def _page(self, client: Any, address: str) -> None:
        answer = client.get(address)
        if answer.status_code not in (200, 302):
            raise RuntimeError(f"{address} was answered {answer.status_code}")

    def _phone(self) -> object:
        from bina.flow.cases import access, callers

        return callers.open_cases(access.cases_for(self.viewer), self._one()[1])

    def _near(self) -> object:
        from bina.flow.cases import contacts

        _, _, x, y = self._one()
        return contacts.near(x, y, subject_id=None)

    def _map(self, what: str = "points") -> None:
        """A window of three kilometres about some case, as one moves over the map."""
        _, _, x, y = self._one()
        west, south = x - self.chance.uniform(1000, 2000), y - self.chance.uniform(500, 1000)
        box = f"{west:.0f},{south:.0f},{west + 3000:.0f},{south + 1500:.0f}"
        self._page(self.operator, f"/map/{what}?box={box}&zoom=4")

    def _text(self, text: str, after: int | None = None) -> object:
        from bina.flow.cases import access, search

        return search.page(access.cases_for(self.viewer), text, after=after)

    def _last(self) -> object:
        return self._text(self.common[0], after=2000)

    def _slip(self, word: str) -> str:
        at = self.chance.randrange(1, len(word) - 1)
        return word[:at] + word[at + 1 :]

    def _street(self) -> str:
        from bina.ground.city import nearby

        return self.chance.choice(nearby.streets())[2]
