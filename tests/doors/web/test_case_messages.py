"""Under each message of a citizen the case's page says what was written to him and what became of it."""

from __future__ import annotations

import pytest
from django.db import connection

from bina.doors.web.case_told import SENT
from bina.flow.cases.models import Contact
from bina.flow.dialogue import sender, telling, thread
from bina.flow.dialogue.gateways import Parcel, Undelivered
from bina.flow.dialogue.models import Outbox
from tests.doors.web.staff import HEAD, as_
from tests.flow.cast import PHONE, in_progress, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


class Gate:
    """A gateway that does what it is told to with each message."""

    name = "gate"

    def __init__(self, *does: Exception | None) -> None:
        self.does = list(does)

    def send(self, parcel: Parcel) -> str:
        if error := self.does.pop(0):
            raise error
        return "1"

    def look_up(self, key: str) -> str | None:
        return None


def wrote(case_id: int, *texts: str) -> None:
    """Messages to the case's author, as the reader of the history lays them out."""
    contact = Contact.objects.get(case_id=case_id)
    with connection.cursor() as cursor:
        telling.put(cursor, [(case_id, n, "refer", contact.pk, "sms", text) for n, text in enumerate(texts)])


def shown(case_id: int) -> str:
    return as_(HEAD).get(f"/case/{row(case_id).code}?view=messages").content.decode()


def test_each_message_says_what_became_of_it() -> None:
    case_id = in_progress()
    assert "پیام‌هایی که به او نوشتیم" not in shown(case_id)
    wrote(case_id, "یک", "دو", "سه")
    assert shown(case_id).count(SENT["waiting"][0]) == 3
    gate = Gate(None, Undelivered("busy"), Undelivered("no such number", permanent=True))
    assert sender.send_due(gate) == 1
    html = shown(case_id)
    for state in ("sent", "again", "failed"):
        assert html.count(SENT[state][0]) == 1, state
    assert html.count("chip chip-risk") >= 2, "what somebody should see to stands out"
    assert [one.text for one in thread.written(case_id)] == ["یک", "دو", "سه"]
    for number in ("busy", "no such number", PHONE):
        assert number not in html


def test_every_state_of_the_outbox_has_its_word() -> None:
    case_id = in_progress()
    [check] = [c for c in Outbox._meta.constraints if c.name == "outbox_state"]
    states = dict(check.condition.children)["state__in"]  # type: ignore[attr-defined]
    assert set(states) <= set(SENT)
    wrote(case_id, *states)
    for n, state in enumerate(states):
        Outbox.objects.filter(case_id=case_id, seq=n).update(state=state)
    html = shown(case_id)
    assert all(SENT[state][0] in html for state in states)
