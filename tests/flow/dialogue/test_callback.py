"""Who is called back: one call a person, at his hour, not too often, by one caller at a time; what a call comes to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bina.flow.cases import history, photos, worklist
from bina.flow.cases.contacts import contact
from bina.flow.cases.errors import Invalid, Refused
from bina.flow.cases.models import Case, Contact
from bina.flow.cases.moves import By
from bina.flow.cases.record import record
from bina.flow.cases.register import Author
from bina.flow.dialogue import callback
from bina.ground.catalogue.models import Subject
from bina.ground.sla import clock, version
from bina.ground.sla.models import Calendar
from tests.flow.cast import PHONE, do, in_progress, key, new, report, reported, row, unit

pytestmark = pytest.mark.django_db
ME, OTHER = 1, 2
SECOND = "+989350000137"


@pytest.fixture(autouse=True)
def _of_the_city(city, tmp_path, monkeypatch):
    monkeypatch.setattr(photos, "folder", lambda: tmp_path / "files")
    Calendar.objects.filter(code="calling").update(always=True)  # whatever the hour at which the tests run
    checks("none")


def checks(how: str) -> None:
    Subject.objects.filter(code="0601").update(check_results=how)
    version.check(version.bump())


def waiting(me: int = ME) -> list[callback.Person]:
    return callback.queue(Case.objects.all(), me)


def cases() -> list[int]:
    return [q.case_id for person in waiting() for q in person.questions]


def told(author: Author) -> int:
    """A result whose case this author told of."""
    case_id = new("0601", author=author).case_id
    do(case_id, "refer", By.EXPERT, unit=unit().id, words="ببینید")
    do(case_id, "accept", By.UNIT)
    report(case_id)
    return case_id


def end(person: callback.Person, result: str, **more) -> None:
    asked = [(q.case_id, q.contact_id, q.tries) for q in person.questions]
    given = {"words": "", "at": None, "by": By.CALLBACK, "actor": "p:1", "key": key()}
    callback.ended(asked, result=result, **(given | more))


def test_a_result_is_checked_before_the_citizen_is_asked():
    checks("all")
    case_id = reported()
    assert cases() == []
    do(case_id, "acknowledged", By.EXPERT, why="result_checked")
    assert cases() == [case_id]
    do(case_id, "send_back", By.EXPERT, words="عکس نیست")
    assert cases() == []


def test_of_some_subjects_a_sample_is_checked_and_of_others_none():
    made = [reported() for _n in range(12)]
    assert cases() == made
    checks("sample")
    undrawn = worklist.to_ask(Case.objects.all()).order_by("pk").values_list("pk", flat=True)
    assert cases() == list(undrawn)
    assert 0 < len(undrawn) < 12


def test_a_person_is_called_once_about_all_his_results():
    mine = [reported(), reported()]
    other = told(Author("مریم", SECOND, "call"))
    first, second = waiting()
    assert ([q.case_id for q in first.questions], first.phone) == (mine, PHONE)
    assert ([q.case_id for q in second.questions], second.name) == ([other], "مریم")


def test_the_first_author_and_who_recontacted_are_called_the_others_and_who_wants_no_news_are_not():
    case_id = in_progress("0601")
    given = {"by": By.OPERATOR, "actor": "p:1", "channel": "phone"}
    contact(case_id, kind="recontact", reason="no_news", author=Author("مریم", SECOND, "sms"), key=key(), **given)
    contact(case_id, kind="similar", author=Author("رضا", "+989360000137", "sms"), key=key(), **given)
    contact(case_id, kind="recontact", reason="no_news", author=Author("", "+989370000137", "none"), key=key(), **given)
    report(case_id)
    assert sorted(p.phone for p in waiting()) == sorted([PHONE, SECOND])


def test_the_nearest_end_of_the_window_comes_first():
    late, soon = told(Author("", PHONE, "sms")), told(Author("", SECOND, "sms"))
    Case.objects.filter(pk=soon).update(answer_until=clock.now() + timedelta(hours=3))
    assert cases() == [soon, late]


def test_tries_wait_longer_each_time_and_end():
    hour = clock.now().timestamp()
    waits = [callback.next_try("no_answer", tries) for tries in range(3)]
    assert waits[2] is None
    assert [round((at - hour) / 3600) for at in waits[:2] if at] == [3, 24]
    case_id = reported()
    end(waiting()[0], "no_answer")
    assert waiting() == []
    for tries in (1, 2):
        do(case_id, "called", By.CALLBACK, result="no_answer", next_at=1)
        assert waiting() == []  # the first pause is not over
        assert row(case_id).calls == tries + 1


def test_who_was_tried_three_times_leaves_the_queue():
    case_id = reported()
    for tries in range(3):
        assert [p.tries for p in waiting()] == [tries]
        do(case_id, "called", By.CALLBACK, result="no_answer", next_at=1)
    assert waiting() == []


def test_those_who_are_not_to_be_rung_up_now_never_fill_the_front_of_a_long_queue(monkeypatch):
    monkeypatch.setattr(callback, "READ", 2)
    for n, result in enumerate(("no_answer", "refused", "wrong_number", "later")):
        told(Author("", f"+98936000013{n}", "sms"))
        end(waiting()[0], result, at=clock.now() + timedelta(days=1) if result == "later" else None)
    last = told(Author("", SECOND, "sms"))
    assert cases() == [last]


def test_a_new_result_waits_for_the_pause_of_a_person_who_was_not_reached():
    first = reported()
    end(waiting()[0], "no_answer")
    second = reported()
    assert cases() == []
    do(first, "called", By.CALLBACK, result="later", next_at=1)
    assert second not in cases()


def test_an_appointment_of_an_earlier_round_does_not_hold_up_the_next():
    case_id = reported()
    end(waiting()[0], "later", at=clock.now() + timedelta(days=3))
    do(case_id, "dispute", By.CITIZEN, reason="not_done")
    do(case_id, "accept", By.UNIT)
    report(case_id)
    assert cases() == [case_id]


def test_one_persons_pause_holds_up_nobody_else():
    case_id = in_progress("0601")
    given = {"by": By.OPERATOR, "actor": "p:1", "channel": "phone"}
    contact(case_id, kind="recontact", reason="no_news", author=Author("", SECOND, "sms"), key=key(), **given)
    report(case_id)
    [first] = [p for p in waiting() if p.phone == PHONE]
    end(first, "later", at=clock.now() + timedelta(days=1))
    assert [p.phone for p in waiting()] == [SECOND]


@pytest.mark.parametrize("result", ["wrong_number", "refused"])
def test_after_a_wrong_number_or_a_refusal_nobody_calls_again_and_the_case_can_close(result):
    case_id = reported()
    [person] = waiting()
    end(person, result)
    assert waiting() == []
    closing = {"by": By.CLOCK, "actor": "clock", "channel": "system", "at": int(row(case_id).answer_until.timestamp())}
    assert record(case_id, "close_unheard", **closing).state == "closed"


def test_who_was_never_reached_is_not_closed_before_three_tries():
    case_id = reported()
    closing = {"by": By.CLOCK, "actor": "clock", "channel": "system", "at": int(row(case_id).answer_until.timestamp())}
    with pytest.raises(Refused):
        record(case_id, "close_unheard", **closing)


def test_a_call_is_about_all_its_questions_and_sent_twice_it_counts_once():
    made, once = [reported(), reported()], key()
    [person] = waiting()
    for _n in range(2):
        end(person, "other_person", key=once)
    assert [row(c).calls for c in made] == [1, 1]


def test_an_answer_names_whose_it_is():
    yes, no = reported(), reported()
    [person] = waiting()
    who = {"by": By.CALLBACK, "actor": "p:1", "words": ""}
    his = {question.case_id: question.contact_id for question in person.questions}
    for case_id, result in ((yes, "confirmed"), (no, "not_confirmed")):
        callback.answered(case_id, result=result, reason="not_done", contact=his[case_id], key=key(), **who)
    assert (row(yes).state, row(no).state) == ("closed", "referred")
    assert history.events(no)[-1].given["contact"] == his[no]


def test_two_callers_never_have_the_same_person():
    reported()
    told(Author("", SECOND, "sms"))
    first, second = waiting()
    assert callback.claim(first, ME)
    assert callback.claim(first, ME)
    assert not callback.claim(first, OTHER)
    assert [p.taken for p in waiting(OTHER)] == [True, False]
    assert callback.claim(second, ME)  # lets go of the first
    assert callback.claim(first, OTHER)


def hours(*times: tuple[int, int]) -> None:
    """The city's calling hours, every day the same (minutes)."""
    from bina.ground.sla.models import Profile

    Calendar.objects.filter(code="calling").update(always=False)
    Profile.objects.filter(calendar__code="calling").update(
        hours={**{str(day): [list(t) for t in times] for day in range(7)}, "holiday": [list(t) for t in times]}
    )
    version.check(version.bump())


def test_outside_the_hours_only_a_supervisor_with_a_reason_writes_an_answer():
    now = clock.now().astimezone(callback.ZoneInfo("Asia/Tehran"))
    minute = now.hour * 60 + now.minute
    hours((0, max(minute - 30, 1)) if minute > 720 else (minute + 30, 1440))
    with pytest.raises(Refused):
        callback.check_hours(may_break=False, why="بیمارستان")
    with pytest.raises(Invalid):
        callback.check_hours(may_break=True, why=" ")
    callback.check_hours(may_break=True, why="خودش خواست")
    case_id = reported()
    [person] = waiting()
    end(person, "no_answer", why="خودش خواست")
    assert [e.words for e in history.entries(case_id) if e.verb == "note"] == ["تماس بیرون از ساعت: خودش خواست"]
    assert callback.hours().is_open(datetime.fromtimestamp(row(case_id).more["call_at"], UTC))


def test_a_later_call_has_a_day_and_an_hour_within_the_hours():
    hours((540, 1200))
    at = callback.later_at(2, 11)
    assert at.astimezone(callback.ZoneInfo("Asia/Tehran")).hour == 11
    assert timedelta(days=1) < at - clock.now() < timedelta(days=3)
    for day, hour in ((1, 22), (0, 0), (9, 10), (1, 24), (-1, 10)):
        with pytest.raises(Invalid):
            callback.later_at(day, hour)


def test_without_a_calendar_of_the_city_the_hours_are_nine_to_eight():
    Calendar.objects.filter(code="calling").update(code="another")
    version.check(version.bump())
    day = datetime(2026, 11, 25, tzinfo=callback.ZoneInfo("Asia/Tehran"))
    assert [callback.hours().is_open(day.replace(hour=h)) for h in (8, 9, 19, 20)] == [False, True, True, False]


def test_an_erased_person_is_not_called():
    reported()
    Contact.objects.update(phone=None)
    assert waiting() == []
