"""Bulk actions: ticked, asked for, taken back within ten seconds or carried out with a result for each case."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bina.flow.cases.moves import By
from bina.flow.quality import orders
from bina.flow.quality.models import Order
from bina.ground.sla import clock
from bina.ground.text.jalali import numeric_date
from tests.doors.web.staff import HEAD, SUPERVISOR, as_, expert_of
from tests.flow.cast import check_every_result, do, new, ready, referred, reported, row, spot, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")
    check_every_result()


def tick(*case_ids: int) -> list[str]:
    return [f"{row(one).code}:{row(one).seq}" for one in case_ids]


def send(client: Any, verb: str, *case_ids: int, **typed: str) -> Any:
    given = {"verb": verb, "pick": tick(*case_ids), "key": uuid.uuid4().hex} | typed
    return client.post("/worklist/bulk", given)


def carried_out() -> None:
    Order.objects.update(run_at=clock.now() - timedelta(seconds=1))
    ready()
    orders.carry_out_due()


def test_a_bulk_referral_asks_first_then_stands_ten_seconds_and_can_be_taken_back():
    first, second = (new().case_id for _ in range(2))
    client = as_(expert_of(row(first)))
    form = send(client, "refer", first, second)
    html = form.content.decode()
    assert form.status_code == 200
    assert "ارجاع برای ۲ درخواست" in html
    assert Order.objects.count() == 0
    sent = send(client, "refer", first, second, sure="1", unit=unit().code, words="ببینید", back="only=late&q=لوله")
    assert sent.headers["Location"].startswith("/worklist?q=%")
    number = Order.objects.get().pk
    html = client.get("/worklist").content.decode()
    assert "پس بگیر" in html
    assert f"/worklist/orders/{number}?bar=1" in html
    assert client.post(f"/worklist/orders/{number}/back", {"back": ""}).headers["Location"] == "/worklist"
    carried_out()
    assert row(first).state == "registered"
    assert "چیزی عوض نشد" in client.get(f"/worklist/orders/{number}?bar=1").content.decode()


def test_what_is_not_possible_is_said_before_and_after():
    ready_one, not_yet = reported("done"), referred()
    client = as_(expert_of(row(ready_one)))
    html = send(client, "acknowledged", ready_one, not_yet).content.decode()
    assert "نتیجه‌ای برای پذیرفتن ندارد" in html
    assert Order.objects.count() == 0
    assert send(client, "acknowledged", ready_one).status_code == 302, "nothing to ask: ordered at once"
    do(ready_one, "note", By.EXPERT, words="در این میان")
    carried_out()
    page = client.get(f"/worklist/orders/{Order.objects.get().pk}").content.decode()
    assert "در این میان تغییر کرده بود" in page
    assert row(ready_one).code in page
    assert "۱ تا نشد" in client.get("/worklist").content.decode()
    assert "کارهای گروهی شما" in client.get("/worklist/orders").content.decode()


def test_what_is_typed_stays_when_something_lacks():
    case_id = new().case_id
    client = as_(expert_of(row(case_id)))
    refused = send(client, "refer", case_id, sure="1", unit="", words="زود ببینید")
    assert refused.status_code == 422
    assert "زود ببینید" in refused.content.decode()
    assert send(client, "refer").status_code == 422, "nothing ticked"
    assert send(client, "nonsense", case_id).status_code == 404
    for until in ("x", "1300/01/01", ""):
        refused = send(client, "snoozed", case_id, sure="1", until=until, words="تا فردا")
        assert refused.status_code == 422, until
        assert "تا فردا" in refused.content.decode()
    far = send(
        client,
        "snoozed",
        case_id,
        sure="1",
        until=numeric_date((clock.now() + timedelta(days=200)).date()),
        words="تا فردا",
    )
    assert far.status_code == 302
    carried_out()
    assert "روز نزدیک‌تری" in client.get(f"/worklist/orders/{Order.objects.get().pk}").content.decode()


def test_put_aside_it_comes_back_in_the_morning_of_its_day():
    case_id = referred()
    client = as_(expert_of(row(case_id)))
    form = send(client, "snoozed", case_id).content.decode()
    day = form.split('name="until"')[1].split('value="')[1].split('"')[0]
    assert send(client, "snoozed", case_id, sure="1", until=day, words="رئیس واحد نیست").status_code == 302
    carried_out()
    html = client.get("/worklist?only=aside").content.decode()
    assert row(case_id).code in html
    assert "رئیس واحد نیست" in html
    hour = clock.now().fromtimestamp(row(case_id).more["snoozed"], tz=clock.now().tzinfo)
    assert hour.minute in (0, 30), "a day begins at its midnight"


def test_cases_of_others_are_left_out_and_said_and_so_are_others_orders():
    here, elsewhere = new().case_id, new(place=spot("MHD-09")).case_id
    client = as_(SUPERVISOR)
    html = send(client, "refer", here, elsewhere).content.decode()
    assert "۱ درخواست برگزیده نزد شما نیست" in html
    send(client, "refer", here, sure="1", unit=unit().code, words="ببینید")
    number = Order.objects.get().pk
    other = as_(expert_of(row(elsewhere)))
    assert other.get(f"/worklist/orders/{number}").status_code == 404
    assert other.post(f"/worklist/orders/{number}/back").status_code == 404
    assert client.get(f"/worklist/orders/{10**30}").status_code == 404
    assert as_(HEAD).post("/worklist/bulk", {"verb": "refer"}).status_code == 403


def test_too_late_to_take_back_leads_to_what_was_done():
    case_id = new().case_id
    client = as_(expert_of(row(case_id)))
    send(client, "refer", case_id, sure="1", unit=unit().code, words="ببینید")
    carried_out()
    number = Order.objects.get().pk
    assert client.post(f"/worklist/orders/{number}/back").headers["Location"] == f"/worklist/orders/{number}"


def test_the_same_form_twice_is_one_order():
    case_id, once = new().case_id, uuid.uuid4().hex
    client = as_(expert_of(row(case_id)))
    for _ in range(2):
        send(client, "refer", case_id, sure="1", unit=unit().code, words="ببینید", key=once)
    assert Order.objects.count() == 1


def test_as_many_statements_for_forty_as_for_one():
    cases = [new().case_id for _ in range(12)]
    client = as_(expert_of(row(cases[0])))
    send(client, "refer", cases[0])
    counts = []
    for some in (cases[:1], cases):
        with CaptureQueriesContext(connection) as asked:
            send(client, "refer", *some)
        # row() in tick() asks twice a case
        counts.append(len(asked) - 2 * len(some))
    assert counts[0] == counts[1] <= 12
