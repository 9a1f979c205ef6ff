"""Bulk orders while they are taken back, while others move their cases, and with two workers at once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from django.db import connections

from bina.flow.cases.errors import CaseError
from bina.flow.cases.moves import By
from bina.flow.cases.record import record
from bina.flow.quality import orders
from bina.ground.city import people
from tests.databases import Fresh
from tests.doors.web.staff import SUPERVISOR
from tests.flow.cast import new, ready, row, unit

ORDERS, CASES = 10, 3


def at_once(*jobs: Callable[[], object]) -> list[BaseException]:
    """Runs all of them at the same moment, each by a connection of its own; what went wrong."""
    start, wrong = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], object]) -> None:
        try:
            ready()
            start.wait(60)
            job()
        except CaseError:
            pass  # a loser who was told
        except BaseException as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_each_order_is_taken_back_whole_or_done_whole_and_no_case_is_moved_twice(fresh_database: Fresh, city) -> None:
    ready()
    person = people.by_username(SUPERVISOR)
    assert person is not None
    made: dict[int, list[int]] = {}
    for n in range(ORDERS):
        cases = [new().case_id for _ in range(CASES)]
        picks = [(one, row(one).seq) for one in cases]
        number = orders.order(person_id=person.pk, verb="refer", picks=picks, given={"unit": unit().id}, words="ببینید",
                              channel="test", key=str(n))  # fmt: skip
        made[number] = cases
    with fresh_database.connect() as connection:
        connection.execute("UPDATE quality_order SET run_at = now() - interval '1 second'")
    back: list[int] = []
    meddled = [cases[0] for cases in list(made.values())[:4]]
    wrong = at_once(
        orders.carry_out_due,
        orders.carry_out_due,
        *(lambda number=number: orders.take_back(number, person.pk) and back.append(number) for number in made),
        *(lambda one=one: record(one, "note", by=By.EXPERT, actor="p:1", channel="test", words="x") for one in meddled),
    )
    assert wrong == []
    ready()
    orders.carry_out_due()
    with fresh_database.connect() as connection:
        states = dict(connection.execute("SELECT id, state FROM quality_order").fetchall())
        told = connection.execute("SELECT order_id, case_id, result FROM quality_orderline").fetchall()
        moved = Counter(
            case_id
            for (case_id,) in connection.execute(
                "SELECT stream_id FROM cases_event WHERE stream_kind = 'case' AND verb = 'refer'"
            ).fetchall()
        )
    assert {number for number, state in states.items() if state == "taken_back"} == set(back)
    assert {state for number, state in states.items() if number not in back} <= {"done"}
    for number, case_id, result in told:
        assert result == ("" if number in back else result)
        assert result or number in back, "passed over in silence"
        assert moved[case_id] == (1 if result == "done" else 0), (number, case_id, result)
    assert {result for _n, _c, result in told} <= {"", "done", "moved"}
