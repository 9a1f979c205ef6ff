"""A text message does what the same word does everywhere: confirms, disputes, adds; once, and it is answered."""

from __future__ import annotations

import threading
import uuid
from pathlib import Path

import pytest
from django.db import connections

from bina.flow.cases import history
from bina.flow.cases.erasure import erase
from bina.flow.cases.errors import Invalid
from bina.flow.cases.merge import merge
from bina.flow.cases.models import Contact
from bina.flow.cases.moves import By
from bina.flow.cases.register import Author
from bina.flow.dialogue.inbound import ANSWERED_AN_HOUR, Received, forget, receive
from bina.flow.dialogue.models import Incoming, Outbox
from tests.databases import Fresh
from tests.flow.cast import PHONE, do, in_progress, key, new, photograph, referred, reported, row
from tests.flow.dialogue.messages import told

STRANGER = "+989120000999"


def sms(text: str, *, phone: str = PHONE, ref: str = "") -> Received:
    return receive(gateway="test", ref=ref or uuid.uuid4().hex, phone=phone, text=text)


def verbs(case_id: int) -> list[str]:
    return [e.verb for e in history.events(case_id)]


def told_now() -> list[Outbox]:
    """Tells what is new, and gives only that."""
    before = set(Outbox.objects.values_list("pk", flat=True))
    return [one for one in told() if one.pk not in before]


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
class TestOneMessage:
    @pytest.fixture(autouse=True)
    def _files(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")

    @pytest.mark.parametrize("one", ["1", "۱", "١", "بله", "تأیید"])
    def test_a_yes_confirms_the_result_and_is_told_once(self, one: str) -> None:
        case_id = reported("done")
        told()
        got = sms(one)
        assert (got.did, got.case_id, got.answer) == ("confirm", case_id, "")
        assert (row(case_id).state, row(case_id).outcome) == ("closed", "confirmed")
        event = history.events(case_id)[-1]
        assert (event.actor, event.channel, event.given["contact"]) == ("citizen", "sms", row(case_id).more["contact"])
        [message] = told_now()
        assert message.body.startswith("سپاس")
        words = {e.verb: e.words for e in history.entries(case_id)}
        assert (words["register"], words["confirm"]) == ("چالهٔ بزرگی جلوی مدرسه است", ""), "a digit is no sentence"

    def test_a_no_is_a_dispute_with_its_reason_and_words(self) -> None:
        case_id = reported("done")
        assert sms("۲ نیمه‌کاره رها شد").did == "dispute"
        event = next(e for e in history.events(case_id) if e.verb == "dispute")
        assert event.given["reason"] == "badly_done"
        assert row(case_id).state == "referred"
        [entry] = [e for e in history.entries(case_id) if e.verb == "dispute"]
        assert entry.words == "نیمه‌کاره رها شد"

    def test_a_no_after_the_case_was_closed_takes_it_back_inside_the_window(self) -> None:
        case_id = reported("done")
        do(case_id, "confirm", By.CITIZEN, actor="citizen")
        assert sms("2").did == "dispute"
        assert row(case_id).state == "referred"

    def test_a_no_where_nothing_was_reported_is_a_message(self) -> None:
        case_id = in_progress()
        got = sms("۲")
        assert got.did == "recontact"
        assert row(case_id).recontacts == 1
        assert row(case_id).state == "in_progress"

    def test_a_yes_where_nothing_waits_changes_nothing_and_says_so(self) -> None:
        case_id = in_progress()
        before = row(case_id).seq
        got = sms("۱")
        assert got.did == "help"
        assert "در انتظار پاسخ شما نیست" in got.answer
        assert row(case_id).seq == before

    def test_two_results_wait_so_the_code_is_asked_for_and_then_taken(self) -> None:
        first, second = reported("done"), reported("done")
        got = sms("۱")
        assert got.did == "which"
        assert row(first).state == row(second).state == "reported"
        assert got.answer.count("\n۱ ") == 2
        assert sms("۲").answer.count("\n۲ ") == 2
        assert sms(f"۱ {row(first).code}").case_id == first
        assert (row(first).state, row(second).state) == ("closed", "reported")
        assert sms("۲").case_id == second, "the other one is the only one left"

    def test_own_words_reach_the_case_that_was_talked_of_last(self) -> None:
        older, newer = referred(), referred()
        told()
        do(older, "answer", By.EXPERT, words="فردا می‌آییم")
        told()
        Outbox.objects.filter(template="answer").update(made_at="2100-01-01T00:00Z")
        got = sms("ساعت چند؟")
        assert (got.did, got.case_id) == ("recontact", older)
        event = history.events(older)[-1]
        assert (event.given["kind"], event.given["reason"], event.given["number"]) == ("recontact", "no_news", 1)
        assert row(newer).recontacts == 0
        contact = Contact.objects.get(pk=event.given["contact"])
        assert (contact.words, contact.phone, contact.tell_by, contact.channel) == ("ساعت چند؟", PHONE, "sms", "sms")

    def test_the_answer_to_a_question_is_no_recontact(self) -> None:
        case_id = referred()
        do(case_id, "ask", By.EXPERT, words="کنار کدام درخت؟")
        told()
        got = sms("کنار نانوایی")
        assert (got.did, got.case_id) == ("reply", case_id)
        assert row(case_id).recontacts == 0
        assert Contact.objects.get(pk=history.events(case_id)[-1].given["contact"]).words == "کنار نانوایی"
        [message] = told_now()
        assert message.template == "contact"
        assert sms("راستی چراغ هم سوخته").did == "recontact", "the question was answered already"

    def test_withdrawing_closes_the_only_report_and_nothing_more_is_sent(self) -> None:
        case_id = referred()
        told()
        got = sms("انصراف")
        assert got.did == "withdraw"
        assert "پس گرفته شد" in got.answer
        assert row(case_id).outcome == "withdrawn"
        assert [one.template for one in told_now() if one.template != "reply"] == []

    def test_withdrawing_one_of_two_leaves_the_case(self) -> None:
        case_id = referred()
        from bina.flow.cases.contacts import contact

        contact(case_id, kind="similar", by=By.CITIZEN, actor="citizen", channel="web",
                author=Author("دیگری", STRANGER, "sms"), key=key())  # fmt: skip
        sms("انصراف")
        assert row(case_id).state == "referred"
        assert row(case_id).authors == 1
        do(case_id, "answer", By.EXPERT, words="فردا")
        heard = [Contact.objects.get(pk=m.contact_id).phone for m in told_now() if m.template == "answer"]
        assert heard == [STRANGER]

    def test_stop_ends_the_messages_and_not_the_case(self) -> None:
        case_id = referred()
        got = sms("لغو۱۱")
        assert got.did == "stop"
        do(case_id, "answer", By.EXPERT, words="فردا")
        assert [m.template for m in told_now()] == []
        assert row(case_id).state == "referred"

    def test_a_code_alone_tells_where_it_stands_also_to_others_and_moves_nothing(self) -> None:
        case_id = in_progress()
        before = row(case_id)
        for phone in (PHONE, STRANGER):
            got = sms(before.code, phone=phone)
            assert got.did == "status"
            assert "کار را در دست دارد" in got.answer
            assert "چاله" not in got.answer
        assert "با شمارهٔ دیگری" in sms(f"۲ {before.code}", phone=STRANGER).answer
        assert sms("4123456789", phone=STRANGER).did == "unknown"
        assert row(case_id).seq == before.seq

    def test_a_merged_request_is_spoken_of_by_its_own_code(self) -> None:
        old, kept = new(author=Author("یک", STRANGER, "sms", "en")), in_progress("0601")
        merge(old.case_id, into=kept, by=By.EXPERT, actor="p:1", channel="test", key=key())
        photograph(kept)
        do(kept, "report", By.UNIT, finding="done", words="شد")
        got = sms(f"no {old.code}", phone=STRANGER)
        assert (got.did, got.case_id) == ("dispute", kept)
        assert sms("status", phone=STRANGER).answer.endswith(f"/c/{old.code}")

    def test_a_stranger_is_kept_and_told_how_to_report(self) -> None:
        got = sms("سلام چاله داریم", phone=STRANGER)
        assert (got.did, got.case_id) == ("unknown", None)
        assert "/report" in got.answer
        kept = Contact.objects.get(phone=STRANGER)
        assert (kept.words, kept.instant, kept.channel) == ("سلام چاله داریم", True, "sms")
        assert sms("\u200b", phone=STRANGER).did == "unknown"

    def test_what_a_rule_refuses_is_answered_in_words(self) -> None:
        case_id = reported("done")
        sms("۲")
        photograph(case_id)
        do(case_id, "accept", By.UNIT)
        photograph(case_id)
        do(case_id, "report", By.UNIT, finding="done", words="دوباره شد")
        assert sms("۲").did == "dispute"
        got = sms("۲")
        assert got.did == "refused"
        assert "بازرسی" in got.answer
        assert verbs(case_id).count("dispute") == 2

    def test_who_hears_by_call_is_answered_here(self) -> None:
        case_id = reported("done")
        Contact.objects.update(tell_by="call")
        got = sms("۱")
        assert got.answer.startswith("سپاس")
        assert row(case_id).state == "closed"
        assert [m.template for m in told_now()] == []
        assert Outbox.objects.get(template="reply").body == got.answer

    def test_the_same_message_told_twice_is_one(self) -> None:
        case_id = reported("done")
        first = sms("۲", ref="m-1")
        seq = row(case_id).seq
        again = sms("۲", ref="m-1")
        assert (again.id, again.did, again.again) == (first.id, "dispute", True)
        assert row(case_id).seq == seq
        assert Incoming.objects.count() == 1

    def test_two_machines_that_answer_each_other_come_to_an_end(self) -> None:
        answers = [bool(sms("؟", phone=STRANGER).answer) for _ in range(ANSWERED_AN_HOUR + 3)]
        assert answers == [True] * ANSWERED_AN_HOUR + [False] * 3
        assert Incoming.objects.count() == ANSWERED_AN_HOUR + 3

    def test_erasure_empties_what_was_written_and_received(self) -> None:
        case_id = referred()
        sms("نام من رازدار است و شمارهٔ خانه‌ام ۱۲")
        sms("وضعیت")
        told()
        erase(case_id, by=By.SUPERVISOR, actor="p:1", channel="test", reason="asked")
        told()
        assert set(Incoming.objects.values_list("phone", "text")) == {(None, "")}
        assert set(Outbox.objects.values_list("body", flat=True)) == {""}
        assert sms("وضعیت").did == "unknown", "the number is nobody's any more"

    def test_old_words_about_no_request_are_forgotten(self) -> None:
        sms("سلام", phone=STRANGER)
        assert forget() == 0
        Incoming.objects.update(at="2020-01-01T00:00Z")
        assert forget() == 1
        assert Incoming.objects.get().text == ""

    @pytest.mark.parametrize(
        "wrong", [{"ref": ""}, {"ref": "x" * 101}, {"ref": "a\0"}, {"text": "a\0"}, {"text": "x" * 5001}]
    )
    def test_what_no_gateway_can_mean_is_refused(self, wrong: dict[str, str]) -> None:
        with pytest.raises(Invalid):
            receive(**({"gateway": "test", "ref": "r", "phone": PHONE, "text": "۱"} | wrong))
        assert Incoming.objects.count() == 0


def test_the_same_message_at_the_same_moment_is_done_once(
    fresh_database: Fresh, city: Path, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")
    case_id = reported("done")
    start, got, wrong = threading.Barrier(4), [], []

    def come() -> None:
        try:
            start.wait(30)
            got.append(sms("۲", ref="same"))
        except BaseException as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=come) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert {one.did for one in got} == {"dispute"}
    assert sum(not one.again for one in got) == 1
    assert verbs(case_id).count("dispute") == 1
