"""By whom to chase: a body and its cases, one call, one entry, each case's word on its day."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bina.flow.cases.models import Case, Event
from bina.flow.cases.moves import By
from bina.flow.quality.models import FollowUp
from bina.ground.sla import clock
from bina.ground.text.jalali import local_day, numeric_date
from tests.doors.web.staff import SUPERVISOR, as_, expert_of
from tests.flow.cast import do, in_progress, referred, row, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def late(number: int) -> list[int]:
    """Cases of the technical unit whose deadline has passed."""
    ids = [in_progress() for _ in range(number)]
    past = (clock.now() - timedelta(hours=5)).replace(microsecond=0)  # as every time of a case
    Case.objects.filter(pk__in=ids).update(unit_due_at=past)
    return ids


def tick(*case_ids: int) -> list[str]:
    return [f"{row(one).code}:{row(one).seq}" for one in case_ids]


def day(days: int) -> str:
    return numeric_date(local_day(clock.now() + timedelta(days=days), "Asia/Tehran"))


def send(client: Any, *case_ids: int, **typed: str) -> Any:
    given = {"to": unit().code, "pick": tick(*case_ids), "key": uuid.uuid4().hex, "means": "phone", "person": "کریمی",
             "words": "شنبه می‌رسند", "word_at": ""}  # fmt: skip
    return client.post("/worklist/people/call", given | typed)


def test_twenty_cases_one_call_and_each_word_on_its_day():
    cases = late(20)
    client = as_(expert_of(row(cases[0])))
    html = client.get("/worklist/people").content.decode()
    assert unit().name in html
    assert "تماس به جای ۲۰" in html
    own = {f"day-{row(cases[3]).code}": day(5)}
    assert send(client, *cases, word_at=day(2), **own).status_code == 302
    assert FollowUp.objects.count() == 1
    assert FollowUp.objects.get().to == "کریمی"
    assert Event.objects.filter(stream_kind="followup").count() == 1
    days = {local_day(row(one).word_at, "Asia/Tehran") for one in cases}
    assert {numeric_date(one) for one in days} == {day(2), day(5)}
    after = client.get("/worklist/people").content.decode()
    assert row(cases[0]).code not in after, "until its day it rests"
    assert "۲۰" in client.get("/worklist?only=promised").content.decode()


def test_nobody_answered_is_an_entry_too():
    [case_id] = late(1)
    client = as_(expert_of(row(case_id)))
    assert send(client, case_id, words="", none="1").status_code == 302
    assert FollowUp.objects.get().word_at is None
    assert row(case_id).code in client.get("/worklist/people").content.decode(), "still to be chased"


def test_all_or_none_and_nothing_typed_is_lost():
    first, second = late(2)
    client = as_(expert_of(row(first)))
    picks = tick(first, second)
    do(second, "hand_over", By.EXPERT, unit=unit("WATER").id, reference="۱", words="با آب است")
    refused = client.post("/worklist/people/call", {"to": unit().code, "pick": picks, "key": "k", "means": "phone",
                                                "words": "شنبه می‌رسند", "word_at": day(2)})  # fmt: skip
    assert refused.status_code == 422
    assert "شنبه می‌رسند" in refused.content.decode()
    assert FollowUp.objects.count() == 0
    for typed in ({"words": " "}, {"means": "owl"}, {"word_at": "روز بی‌نام"}):
        assert send(client, first, **typed).status_code == 422, typed
    wrong = send(client, first, **{f"day-{row(first).code}": "۹۹/۹۹"})
    assert wrong.status_code == 422
    assert "۹۹/۹۹" in wrong.content.decode()
    assert send(client, to="NOWHERE").status_code == 404
    assert send(client).status_code == 422, "nothing ticked"
    assert FollowUp.objects.count() == 0


def test_the_same_form_twice_is_one_call():
    [case_id] = late(1)
    client = as_(expert_of(row(case_id)))
    picks, once = tick(case_id), uuid.uuid4().hex
    for _ in range(2):
        given = {"to": unit().code, "pick": picks, "key": once, "means": "phone", "words": "می‌آیند"}
        assert client.post("/worklist/people/call", given).status_code == 302
    assert FollowUp.objects.count() == 1


def test_the_page_takes_as_many_statements_for_many_as_for_one():
    late(1)
    client = as_(SUPERVISOR)
    counts = []
    for more in (0, 25):
        late(more)
        referred(to="MHD-03/D-SERV")
        client.get("/worklist/people")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/worklist/people").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
    html = client.get("/worklist/people").content.decode()
    assert "۲۰ درخواست بعدی" in html
    after = html.split("after=")[1].split('"')[0]
    more_html = client.get(f"/worklist/people?to={unit().code}&after={after}").content.decode()
    assert more_html.count("data-row>") == 6
