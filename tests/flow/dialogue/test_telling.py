"""Citizens are told: each number once of each step, in its language, with code and address; the erased never."""

from __future__ import annotations

import pytest

from bina.flow.cases.contacts import contact
from bina.flow.cases.erasure import erase
from bina.flow.cases.errors import Invalid
from bina.flow.cases.merge import merge
from bina.flow.cases.moves import By
from bina.flow.cases.register import Author
from bina.flow.dialogue import telling
from bina.flow.dialogue.models import Outbox
from bina.flow.dialogue.notices import NOTICES
from bina.ground.text.codes import spoken
from bina.ground.text.digits import persian
from tests.flow.cast import PHONE, do, in_progress, key, new, photograph, referred, reported, row, unit
from tests.flow.dialogue.messages import entered, set_aside, templates, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
OTHER, THIRD = "+989350000137", "+989120000137"


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")


def join(case_id: int, phone: str, *, tell_by: str = "sms", lang: str = "fa", kind: str = "similar") -> None:
    """Somebody else reports the same."""
    contact(case_id, kind=kind, reason="no_news" if kind == "recontact" else None, by=By.CITIZEN, actor="citizen",
            channel="phone", author=Author("دیگری", phone, tell_by, lang), key=key())  # fmt: skip


def test_a_registration_is_told_with_its_code_date_and_address():
    case = row(new().case_id)
    [one] = told()
    assert (one.template, one.case_id, one.seq, one.means, one.state) == ("register", case.pk, 1, "sms", "waiting")
    assert "درخواست شما ثبت شد" in one.body
    assert f"کد {persian(spoken(case.code))}" in one.body
    assert one.body.endswith(f"\n/c/{case.code}")
    assert " ساعت " in one.body, "a first answer is hours away: the day alone would say little"
    assert "{" not in one.body
    assert PHONE not in one.body
    assert told() == [one], "reading again tells nothing twice"


def test_an_english_reader_is_told_in_english_with_both_calendars():
    case_id = new(author=Author("Ali", PHONE, "sms", "en")).case_id
    do(case_id, "refer", By.EXPERT, unit=unit().id, words="ببینید")
    do(case_id, "accept", By.UNIT)
    do(case_id, "answer", By.EXPERT, words="The work begins next week")
    registered, answer = told()
    assert registered.body.startswith("Your request is registered.")
    assert "(" in registered.body
    assert " at " in registered.body
    assert answer.body.startswith("Answer: The work begins next week.")
    assert f"Code {spoken(row(case_id).code)}" in answer.body


@pytest.mark.parametrize(("tell_by", "told_of"), [("messenger", ["register"]), ("call", []), ("none", [])])
def test_only_who_wants_messages_gets_them(tell_by, told_of):
    new(author=Author("علی", PHONE, tell_by))
    assert templates() == told_of


def test_a_number_that_takes_no_messages_gets_none():
    new(author=Author("علی", "+985138123456", "sms"))
    assert templates() == []


def test_everybody_who_joined_is_told_once_a_number_whatever_the_kind():
    case_id = in_progress("0601")
    join(case_id, OTHER)
    join(case_id, PHONE, kind="recontact")
    join(case_id, THIRD, tell_by="call")
    told()
    Outbox.objects.all().delete()
    do(case_id, "answer", By.EXPERT, words="فردا می‌آییم")
    found = told()
    assert [one.template for one in found] == ["answer", "answer"]
    from bina.flow.cases.models import Contact

    assert sorted(Contact.objects.get(pk=one.contact_id).phone for one in found) == sorted([PHONE, OTHER])


def test_who_joins_is_told_alone_and_not_of_what_was_before():
    case_id = referred()
    told()
    Outbox.objects.all().delete()
    join(case_id, OTHER)
    [one] = told()
    assert one.template == "contact"
    assert one.body.startswith("گزارش شما به درخواستی پیوست")
    assert row(case_id).code in one.body
    join(case_id, OTHER, kind="recontact")
    assert told()[-1].body.startswith("پیام شما ثبت شد")


def test_one_confirms_the_others_hear_that_somebody_did():
    case_id = reported("done")
    join(case_id, OTHER)
    told()
    Outbox.objects.all().delete()
    do(case_id, "confirm", By.CITIZEN, actor="citizen", contact=row(case_id).more["contact"])
    bodies = {one.body.split("\n")[0] for one in told()}
    assert bodies == {
        "سپاس؛ تأیید شما ثبت شد و درخواست پایان یافت.",
        "یکی از گزارش‌دهندگان کار را تأیید کرد و درخواست پایان یافت. اگر درست نیست، بگویید.",
    }


def test_nobody_speaks_in_the_name_of_another_cases_author():
    case_id, other = reported("done"), reported("done")
    theirs = row(other).more["contact"]
    for verb, given in (("confirm", {}), ("dispute", {"reason": "not_done"})):
        for contact_id in (theirs, 10**12, "x"):
            with pytest.raises(Invalid) as refused:
                do(case_id, verb, By.CITIZEN, actor="citizen", contact=contact_id, **given)
            assert list(refused.value.errors) == ["contact"]
    merge(other, into=case_id, by=By.EXPERT, actor="p:1", channel="test", key=key())
    do(case_id, "confirm", By.CITIZEN, actor="citizen", contact=theirs)


def test_an_inspectors_word_is_told_as_his_and_the_second_dispute_as_what_it_is():
    case_id = reported("done")
    mine = row(case_id).more["contact"]
    join(case_id, OTHER)
    do(case_id, "dispute", By.CITIZEN, actor="citizen", contact=mine, reason="not_done")
    do(case_id, "accept", By.UNIT)
    photograph(case_id)
    do(case_id, "report", By.UNIT, finding="done", words="دوباره شد")
    told()
    Outbox.objects.all().delete()
    do(case_id, "dispute", By.CITIZEN, actor="citizen", contact=mine, reason="not_done")
    assert {one.body.split("\n")[0] for one in told()} == {
        "گفتهٔ شما ثبت شد: کار درست نشده است. بازرس آن را می‌بیند و نتیجه را می‌گوییم.",
        "یکی از گزارش‌دهندگان گفت کار درست نشده است. بازرس آن را می‌بیند.",
    }
    Outbox.objects.all().delete()
    do(case_id, "confirm", By.INSPECTOR)
    assert {one.body.split("\n")[0] for one in told()} == {
        "بازرس ۱۳۷ کار را دید و درست بود؛ درخواست پایان یافت. اگر درست نیست، بگویید."
    }


def test_the_result_asks_and_says_how_to_answer_long_answers_are_cut():
    case_id = in_progress("0601")
    photograph(case_id)
    do(case_id, "report", By.UNIT, finding="done", words="چراغ را عوض کردیم " * 30)
    report = told()[-1]
    first, hint = report.body.split("\n")[:2]
    assert first.startswith(unit().name)
    assert first.endswith("… درست است؟")
    assert len(report.body) < 470
    assert hint == "پاسخ دهید: ۱ درست است، ۲ درست نیست."


def test_a_sensitive_answer_stands_only_behind_the_code():
    case_id = new("1202").case_id
    do(case_id, "answer", By.EXPERT, words="رازی که کسی نباید بخواند")
    answer = told()[-1]
    assert answer.template == "answer"
    assert "راز" not in answer.body
    assert row(case_id).code in answer.body


def test_a_merged_request_goes_on_hearing_under_its_own_code():
    old, kept = new(author=Author("یک", OTHER, "sms")), new()
    do(kept.case_id, "answer", By.EXPERT, words="پیش از ادغام")
    merge(old.case_id, into=kept.case_id, by=By.EXPERT, actor="p:1", channel="test", key=key())
    do(kept.case_id, "answer", By.EXPERT, words="پس از ادغام")
    bodies = [one.body for one in told() if one.template == "answer" and f"/c/{old.code}" in one.body]
    assert len(bodies) == 1
    assert "پس از ادغام" in bodies[0]
    assert [one.template for one in told() if f"/c/{old.code}" in one.body] == ["register", "merge", "answer"]


@pytest.mark.parametrize("origin", ["demo", "import"])
def test_what_was_generated_or_imported_is_not_told_what_happens_afterwards_is(origin):
    case_id = new(origin=origin).case_id
    do(case_id, "answer", By.EXPERT, words="پیش", origin=origin)
    assert templates() == []
    do(case_id, "answer", By.EXPERT, words="پس")
    assert templates() == ["answer"]


def test_who_took_his_word_back_hears_nothing_more():
    case_id = referred()
    join(case_id, OTHER)
    told()
    do(case_id, "withdraw", By.CITIZEN, actor="citizen", contact=row(case_id).more["contact"])
    Outbox.objects.all().delete()
    do(case_id, "answer", By.EXPERT, words="فردا")
    assert len(told()) == 1


def test_an_erased_person_is_told_nothing_and_what_was_written_is_emptied():
    case_id = referred()
    [waiting] = told()
    do(case_id, "answer", By.EXPERT, words="هنوز خوانده نشده")
    erase(case_id, by=By.SUPERVISOR, actor="p:1", channel="test", reason="asked")
    do(case_id, "answer", By.EXPERT, words="پس از حذف")
    [only] = told()
    assert (only.pk, only.state, only.body) == (waiting.pk, "dropped", "")


def test_every_sentence_of_the_table_can_be_sent():
    case_id = new().case_id
    entered()
    from bina.flow.cases.history import events

    [event] = events(case_id)
    from msgspec.structs import replace

    from bina.flow.dialogue.wording import message

    for notice in NOTICES:
        if notice.silent:
            continue
        for lang in ("fa", "en", "xx"):
            for own in (True, False):
                text = message(replace(event, verb=notice.verb, given={}), lang=lang, code="4123456789", own=own)
                assert "{" not in text
                assert len(text) < 300
    assert set(telling.SENT) <= {notice.verb for notice in NOTICES}
    assert set_aside() == []
