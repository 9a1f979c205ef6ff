"""Messages go out once: leased before, marked after, unknown when nobody can say, tried again only after a clear no."""

from __future__ import annotations

import os
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from bina.config import config
from bina.flow.cases import clerk, history, readers
from bina.flow.cases.erasure import erase
from bina.flow.cases.models import Contact
from bina.flow.cases.moves import By
from bina.flow.dialogue import gateways, sender
from bina.flow.dialogue.gateways import Console, GatewayRefused, Parcel, Telephone, Undelivered, Unknowable
from bina.flow.dialogue.models import Outbox
from bina.flow.dialogue.telling import READER
from bina.ground.city.models import Installation
from bina.ground.sla import clock, version
from tests.databases import Fresh
from tests.flow.cast import do, new, ready, referred, reported, row
from tests.flow.dialogue.messages import told


class Line:
    """A gateway of the tests' own: it keeps what it took, and does what it is told to."""

    name = "line"

    def __init__(self, *does: Exception | None, knows: Exception | str | None = None) -> None:
        self.taken: list[Parcel] = []
        self.does, self.knows = list(does), knows

    def send(self, parcel: Parcel) -> str:
        said = self.does.pop(0) if self.does else None
        if said is not None:
            raise said
        self.taken.append(parcel)
        return f"g-{len(self.taken)}"

    def look_up(self, key: str) -> str | None:
        if isinstance(self.knows, Exception):
            raise self.knows
        return self.knows


def only() -> Outbox:
    return Outbox.objects.get()


def due_now() -> None:
    """Its hour has come."""
    Outbox.objects.update(due_at=clock.now() - timedelta(seconds=1))


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
class TestOneMessage:
    @pytest.fixture(autouse=True)
    def _waits(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")
        self.case_id = new().case_id
        told()

    def test_it_goes_out_once_and_is_marked(self) -> None:
        line = Line()
        assert sender.send_due(line) == 1
        assert sender.send_due(line) == 0
        [parcel] = line.taken
        assert parcel.phone == "+989990000137"
        one = only()
        assert (one.state, one.gateway, one.gateway_id, one.attempts) == ("sent", "line", "g-1", 1)
        assert one.sent_at is not None
        assert one.leased_until is None

    def test_a_lapsed_lease_is_unknown_and_not_sent_again(self) -> None:
        assert sender.lease() is not None, "somebody took it and died"
        line = Line(knows=Unknowable())
        assert sender.send_due(line) == 0
        assert only().state == "sending", "its lease still runs"
        Outbox.objects.update(leased_until=clock.now() - timedelta(seconds=1))
        assert sender.send_due(line) == 0
        assert (only().state, line.taken) == ("unknown", [])
        due_now()
        assert sender.send_due(line) == 0
        assert (only().state, line.taken) == ("unknown", []), "the gateway cannot say, so it stays unknown"

    def test_what_the_gateway_took_is_sent_what_it_never_took_waits_again(self) -> None:
        sender.lease()
        Outbox.objects.update(leased_until=clock.now() - timedelta(seconds=1))
        assert sender.send_due(Line(knows="g-9")) == 0
        assert (only().state, only().gateway_id) == ("sent", "g-9")
        Outbox.objects.update(state="unknown", gateway_id="")
        due_now()
        line = Line(knows=None)
        sender.send_due(line)
        assert (only().state, line.taken) == ("waiting", [])
        due_now()
        sender.send_due(line)
        assert (only().state, len(line.taken)) == ("sent", 1)

    def test_a_broken_line_leaves_it_unknown(self) -> None:
        line = Line(TimeoutError(), knows=Unknowable())
        assert sender.send_due(line) == 0
        assert (only().state, only().reason) == ("unknown", "TimeoutError")

    def test_after_a_clear_no_the_pauses_grow_and_then_it_is_given_up(self) -> None:
        waits = []
        for _ in range(len(sender.PAUSES) + 1):
            due_now()
            sender.send_due(Line(Undelivered("line busy")))
            one = only()
            waits.append(round((one.due_at - clock.now()).total_seconds()) if one.state == "waiting" else None)
        assert waits == [*sender.PAUSES, None]
        assert (only().state, only().reason, only().attempts) == ("failed", "line busy", len(sender.PAUSES) + 1)
        due_now()
        line = Line()
        assert sender.send_due(line) == 0
        assert line.taken == []

    def test_before_its_pause_is_over_it_is_left_alone(self) -> None:
        sender.send_due(Line(Undelivered("busy")))
        line = Line()
        assert sender.send_due(line) == 0
        assert only().state == "waiting"

    def test_a_no_for_good_is_given_up_at_once(self) -> None:
        sender.send_due(Line(Undelivered("no such number", permanent=True)))
        assert (only().state, only().attempts) == ("failed", 1)

    def test_a_late_sender_does_not_overrule_what_was_settled(self) -> None:
        mine = sender.lease()
        assert mine is not None
        Outbox.objects.update(state="waiting", leased_until=None)
        sender.send_due(Line())
        assert sender._mark_sent(Line(), mine, "late") == 0
        assert only().gateway_id == "g-1"

    @pytest.mark.parametrize("what", ["erased", "withdrawn", "none"])
    def test_who_wants_nothing_any_more_gets_nothing(self, what: str) -> None:
        if what == "erased":
            erase(self.case_id, by=By.SUPERVISOR, actor="p:1", channel="test", reason="asked")
        elif what == "withdrawn":
            do(self.case_id, "withdraw", By.CITIZEN, actor="citizen", contact=only().contact_id)
        else:
            Contact.objects.update(tell_by="none")
        line = Line()
        assert sender.send_due(line) == 0
        assert (only().state, line.taken) == ("dropped", [])

    def test_the_console_keeps_neither_number_nor_words(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level("INFO")
        assert sender.send_due(Console()) == 1
        one = only()
        file = config().home / "messages" / one.gateway_id
        said = file.read_text() + caplog.text
        assert one.gateway_id in said
        assert "9990000137" not in said
        assert row(self.case_id).code not in said
        assert "درخواست" not in said
        assert Console().look_up(one.gateway_id) == one.gateway_id
        assert Console().look_up("x") is None
        assert gateways.forget() == 0
        os.utime(file, (0, 0))
        assert gateways.forget() == 1
        assert not file.exists()

    def test_which_gateway_the_settings_mean(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def asked(value: str) -> Any:
            config.cache_clear()
            monkeypatch.setenv("BINA_SMS_GATEWAY", value)
            try:
                return gateways.gateway().name
            finally:
                config.cache_clear()

        assert (asked("auto"), asked("console"), asked("telephone")) == ("telephone", "console", "telephone")
        Installation.objects.update(demo=False)
        version.check(version.bump())
        ready()
        assert asked("auto") == "console"
        with pytest.raises(GatewayRefused, match="console"):
            asked("telephone")


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
def test_that_a_result_was_told_stands_once_in_the_history_and_is_no_answer(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")
    case_id = reported("nothing_found")
    told()
    before = row(case_id)
    sender.send_due(Telephone())
    facts = [e for e in history.events(case_id) if e.verb == "told"]
    assert [(e.given["means"], e.given["contact"], e.actor) for e in facts] == [("sms", before.more["contact"], "rule")]
    assert row(case_id).seq == before.seq + 1
    other = referred()
    told()
    sender.send_due(Telephone())
    case = row(other)
    assert case.answered_at is None, "to be told of a registration is no first answer"
    assert case.news_due_at is not None
    assert "told" not in [e.verb for e in history.events(other)]


def test_two_workers_send_each_message_once(fresh_database: Fresh, city: Path) -> None:
    total = 30
    for _ in range(total):
        new()
    with clerk.connect(fresh_database.url) as mine:
        clerk.drain(mine)
    line, start, wrong = Line(), threading.Barrier(3), []

    def work() -> None:
        try:
            ready()
            start.wait(30)
            for _ in range(5):
                readers.step(READER, window=7)
                sender.send_due(line)
        except BaseException as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while readers.step(READER):
        pass
    sender.send_due(line)
    assert wrong == []
    assert len(line.taken) == len({parcel.key for parcel in line.taken}) == total
    assert set(Outbox.objects.values_list("state", flat=True)) == {"sent"}
