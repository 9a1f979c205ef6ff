"""No page of the expert's lists takes more than twelve statements, whatever stands above it and however long it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bina.flow.cases.models import Case
from bina.flow.cases.moves import By
from bina.flow.quality import orders, saved
from bina.ground.city import people
from bina.ground.city.roles import Role
from bina.ground.sla import clock
from tests.doors.test_matrix import signed_in, somebody
from tests.doors.web.staff import SUPERVISOR, as_
from tests.flow.cast import check_every_result, do, in_progress, new, referred, reported, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
MOST = 12


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")
    check_every_result()


def a_days_work() -> None:
    """Something in every list."""
    now = int(clock.now().timestamp())
    late, aside, word = in_progress(), referred(), in_progress()
    Case.objects.filter(pk__in=(late, word)).update(unit_due_at=clock.now() - timedelta(days=1))
    do(aside, "snoozed", By.EXPERT, until=now + 10**5, words="تا بازدید")
    do(word, "follow_up", By.EXPERT, words="فردا", means="phone", word_at=now + 10**6)
    back = reported("done")
    do(back, "send_back", By.EXPERT, words="عکس نیست")
    do(back, "report", By.UNIT, finding="done", words="این بار شد")
    new()


def statements(client: Any, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200, address
    return sum("SAVEPOINT" not in query["sql"] for query in asked.captured_queries)  # a transaction's own marks


def test_twelve_statements_and_no_more():
    a_days_work()
    person = people.by_username(SUPERVISOR)
    assert person is not None
    other = somebody()[Role.FOLLOWUP_EXPERT]
    mark = saved.save(person_id=other, name="دیگری", query="due=late")
    saved.save(person_id=person.pk, name="خودم", query="due=late")
    case = row(new().case_id)
    orders.order(person_id=person.pk, verb="acknowledged", picks=[(case.pk, case.seq)], given={}, channel="test",
                 key="k")  # fmt: skip
    pages = {
        SUPERVISOR: ("/worklist", f"/worklist?shared={mark}", "/worklist?only=aside", "/worklist?only=late&q=طبرسی",
                     "/worklist/people", "/results", "/worklist/orders"),
    }  # fmt: skip
    client, manager = as_(SUPERVISOR), signed_in(somebody()[Role.CENTER_MANAGER])
    found = {address: statements(client, address) for address in pages[SUPERVISOR]}
    found |= {address: statements(manager, address) for address in ("/cases", "/cases?state=referred&group=01")}
    for _ in range(3):
        a_days_work()
    again = {address: statements(client if "cases" not in address else manager, address) for address in found}
    assert {a: n for a, n in again.items() if n > MOST} == {}, again
    assert again == found, "as many for many cases as for a few"
