"""A case's life through record(): the whole table with its rules, on a real city, verified at the end of each test."""

import pytest

from bina.flow.cases import history, photos
from bina.flow.cases.contacts import contact
from bina.flow.cases.errors import Invalid, NotAllowed, Refused, Stale
from bina.flow.cases.merge import merge
from bina.flow.cases.models import Promise, Referral, Timer, Words
from bina.flow.cases.moves import By
from bina.ground.catalogue import subjects
from tests.flow.cast import do, in_progress, key, new, photograph, ready, referred, report, reported, row, unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _of_the_city(city, tmp_path, monkeypatch):
    monkeypatch.setattr(photos, "folder", lambda: tmp_path / "files")


def test_from_the_message_to_the_confirmed_answer():
    case_id = referred()
    assert row(case_id).hands == "unit"
    assert [e.verb for e in history.events(case_id)] == ["register", "refer", "notified"]
    do(case_id, "return", By.UNIT, reason="not_ours", proposed_unit=unit("MHD-03/D-SERV").id)
    assert (row(case_id).state, row(case_id).returns, row(case_id).hands) == ("registered", 1, "137")
    do(case_id, "refer", By.EXPERT, unit=unit("MHD-03/D-SERV").id, words="ببینید")
    do(case_id, "accept", By.LIAISON)
    report(case_id)
    do(case_id, "send_back", By.EXPERT, words="نشانی دیگری را دیده‌اید")
    report(case_id)
    do(case_id, "dispute", By.CITIZEN, actor="citizen", reason="not_there")
    assert (row(case_id).state, row(case_id).disputes) == ("referred", 1)
    do(case_id, "accept", By.UNIT)
    report(case_id)
    do(case_id, "confirm", By.CALLBACK)
    case = row(case_id)
    assert (case.state, case.outcome, case.hands) == ("closed", "nothing_found", "nobody")
    assert case.confirmed_at is None, "only the finding done counts as confirmed"
    kinds = list(Referral.objects.filter(case_id=case_id).order_by("seq").values_list("kind", "ended_by"))
    assert kinds == [("main", "return"), ("main", "dispute"), ("rework", "confirm")]
    assert not Timer.objects.filter(stream_id=case_id).exists()


def test_the_referral_budget_ends_with_the_supervisor():
    case_id = new().case_id
    for code in ("MHD-03/D-TECH", "MHD-03/D-SERV"):
        do(case_id, "refer", By.EXPERT, unit=unit(code).id, words="ببینید")
        do(case_id, "return", By.UNIT, reason="not_ours", proposed_unit=unit("MHD-03/D-GREEN").id)
    with pytest.raises(Refused, match="سرپرست"):
        do(case_id, "refer", By.EXPERT, unit=unit().id, words="ببینید")
    do(case_id, "refer", By.SUPERVISOR, unit=unit().id, words="با شماست")
    with pytest.raises(Refused, match="سرپرست"):
        do(case_id, "return", By.UNIT, reason="not_ours", proposed_unit=unit("MHD-03/D-SERV").id)


def test_done_needs_its_photo_and_says_so():
    case_id = in_progress("0101")
    with pytest.raises(Invalid) as error:
        do(case_id, "report", By.UNIT, finding="done", words="پر شد")
    assert set(error.value.errors) == {"files"}
    assert row(case_id).state == "in_progress"


def test_the_second_dispute_orders_an_inspection_that_decides():
    case_id = reported()
    do(case_id, "dispute", By.CITIZEN, reason="not_done")
    do(case_id, "accept", By.UNIT)
    report(case_id)
    do(case_id, "dispute", By.CITIZEN, reason="not_done")
    assert row(case_id).state == "reported"
    assert "inspection" in row(case_id).more
    with pytest.raises(Refused, match="بازرسی"):
        do(case_id, "dispute", By.CITIZEN, reason="not_done")
    with pytest.raises(Refused, match=r"بازرسی|مهلت"):
        do(case_id, "close_unheard", By.CLOCK, actor="clock")
    do(case_id, "dispute", By.INSPECTOR, reason="not_done")
    assert row(case_id).state == "referred"
    do(case_id, "accept", By.UNIT)
    report(case_id)
    with pytest.raises(Refused, match="اعتراض"):
        do(case_id, "dispute", By.CITIZEN, reason="not_done")


def test_a_confirmation_is_taken_back_inside_the_window_only():
    case_id = reported()
    do(case_id, "confirm", By.CITIZEN)
    do(case_id, "dispute", By.CITIZEN, reason="came_back")
    assert row(case_id).state == "referred"
    case_id = reported()
    do(case_id, "confirm", By.CITIZEN)
    later = int(row(case_id).answer_until.timestamp()) + 60
    with pytest.raises(Refused, match="مهلت"):
        do(case_id, "dispute", By.CITIZEN, reason="came_back", at=later)


def test_declining_takes_two_people():
    case_id = new().case_id
    with pytest.raises(Refused, match="پیشنهاد"):
        do(case_id, "decline", By.SUPERVISOR, actor="p:2", words="نه")
    do(case_id, "decline_proposed", By.EXPERT, actor="p:1", reason="private_dispute", words="اختلاف دو همسایه")
    assert row(case_id).hands == "137"
    with pytest.raises(Refused, match="دو نفر"):
        do(case_id, "decline", By.SUPERVISOR, actor="p:1", words="نه")
    with pytest.raises(NotAllowed):
        do(case_id, "decline", By.UNIT, actor="p:3", words="نه")
    do(case_id, "decline", By.SUPERVISOR, actor="p:2", words="این موضوع خصوصی است")
    assert row(case_id).outcome == "declined"
    with pytest.raises(Invalid):
        do(new().case_id, "decline_proposed", By.EXPERT, reason="not_stated", words="x")
    with pytest.raises(Refused, match="مرجع"):
        do(new().case_id, "decline_proposed", By.EXPERT, reason="budget_decision", words="x")


def test_withdrawing_closes_only_for_the_last_author_and_no_hazard():
    done = new()
    first = row(done.case_id).more["contact"]
    contact(done.case_id, kind="similar", by=By.OPERATOR, actor="p:1", channel="phone", key=key())
    do(done.case_id, "withdraw", By.CITIZEN, contact=first)
    assert (row(done.case_id).state, row(done.case_id).authors) == ("registered", 1)
    with pytest.raises(Invalid):
        do(done.case_id, "withdraw", By.CITIZEN, contact=first)
    hazard = new("0105")
    do(hazard.case_id, "withdraw", By.CITIZEN, contact=row(hazard.case_id).more["contact"])
    assert row(hazard.case_id).state == "registered"
    alone = new()
    do(alone.case_id, "withdraw", By.CITIZEN, contact=row(alone.case_id).more["contact"])
    assert row(alone.case_id).outcome == "withdrawn"


def test_a_recontact_joins_is_counted_and_raises_priority_within_bounds():
    case_id = new().case_id
    for _n in range(6):
        contact(case_id, kind="recontact", reason="no_news", by=By.OPERATOR, actor="p:1", channel="phone", key=key())
    case = row(case_id)
    assert (case.recontacts, case.authors, case.priority) == (6, 1, 2)
    closed = reported()
    do(closed, "confirm", By.CITIZEN)
    contact(closed, kind="recontact", reason="no_news", by=By.OPERATOR, actor="p:1", channel="phone", key=key())
    assert "reopening" not in row(closed).more
    contact(closed, kind="recontact", reason="came_back", by=By.OPERATOR, actor="p:1", channel="phone", key=key())
    assert row(closed).more["reopening"]["reason"] == "came_back"
    do(closed, "reopen", By.EXPERT, reason="came_back")
    assert row(closed).state == "referred"


def test_merging_closes_one_and_counts_its_authors_in_the_other():
    one, other = new().case_id, new().case_id
    merge(one, into=other, by=By.EXPERT, actor="p:1", channel="test", key=key())
    assert (row(one).outcome, row(one).merged_into_id, row(other).authors) == ("merged", other, 2)
    with pytest.raises(Refused):
        merge(other, into=one, by=By.EXPERT, actor="p:1", channel="test")
    with pytest.raises(Invalid):
        merge(other, into=other, by=By.EXPERT, actor="p:1", channel="test")


def test_a_stale_page_never_overwrites():
    case_id = referred()
    seen = row(case_id).seq
    do(case_id, "note", By.EXPERT, words="یادداشت")
    with pytest.raises(Stale) as error:
        do(case_id, "accept", By.UNIT, seq=seen)
    assert error.value.seq == seen + 1


def test_a_key_does_a_thing_once_and_refuses_another_body():
    case_id = referred()
    k = key("a-key-of-this-test")
    first = do(case_id, "accept", By.UNIT, key=k)
    again = do(case_id, "accept", By.UNIT, key=k)
    assert again.again
    assert (first.seq, first.state) == (again.seq, again.state)
    assert row(case_id).seq == first.seq


def test_a_spoken_referral_counts_as_accepted_with_to_whom():
    case_id = referred()
    with pytest.raises(Invalid):
        do(case_id, "accept", By.DUTY_OFFICER)
    do(case_id, "accept", By.DUTY_OFFICER, words="با آقای مرادی ساعت دو و نیم")
    assert [e.verb for e in history.events(case_id)][-2:] == ["spoken", "accept"]
    assert Words.objects.filter(stream_id=case_id, text__contains="مرادی").exists()


def test_an_answer_keeps_the_promise_and_may_give_the_next():
    case_id = referred()
    first = Promise.objects.get(case_id=case_id)
    due = int(first.due_at.timestamp()) + 86400
    do(case_id, "answer", By.EXPERT, words="در برنامه است", temporary=True, next_news_at=due)
    kept, given = Promise.objects.filter(case_id=case_id).order_by("seq")
    assert kept.kept_at is not None
    assert (given.kind, int(given.due_at.timestamp())) == ("next_news", due)
    assert int(row(case_id).news_due_at.timestamp()) == due


def test_a_result_is_promised_only_where_it_may_be():
    due = int(row(new().case_id).registered_at.timestamp()) + 5 * 86400
    dirt_street = new("0103").case_id
    with pytest.raises(Refused, match="اعتبار"):
        do(dirt_street, "promise_given", By.EXPERT, kind="result", due_at=due)
    do(dirt_street, "promise_given", By.EXPERT, kind="next_news", due_at=due)
    do(dirt_street, "follow_up", By.EXPERT, words="گفت تا هفتهٔ آینده", means="phone", word_at=due)
    do(dirt_street, "promise_given", By.EXPERT, kind="result", due_at=due)
    with pytest.raises(Invalid):
        do(dirt_street, "promise_given", By.EXPERT, kind="next_news", due_at=due - 30 * 86400)


def test_one_objection_is_open_after_a_decision():
    case_id = new().case_id
    with pytest.raises(Refused):
        do(case_id, "objection", By.CITIZEN, words="نمی‌پذیرم")
    do(case_id, "decline_proposed", By.EXPERT, actor="p:1", reason="private_dispute", words="اختلاف دو همسایه")
    do(case_id, "decline", By.SUPERVISOR, actor="p:2", words="این موضوع خصوصی است")
    do(case_id, "objection", By.CITIZEN, words="نمی‌پذیرم")
    with pytest.raises(Refused, match="اعتراض"):
        do(case_id, "objection", By.CITIZEN, words="باز هم")
    do(case_id, "reopen", By.SUPERVISOR, reason="objection", unit=unit().id)
    assert row(case_id).state == "referred"


def test_done_is_proven_only_when_something_shows_it():
    """A subject that wants no photo: the unit's word alone is a result, and no work done with proof."""
    ready()
    subject = next(s for s in subjects.all() if not s.proof.get("done") and s.place_required)
    without, shown = in_progress(subject.code), in_progress(subject.code)
    photograph(shown)
    for case_id in (without, shown):
        do(case_id, "report", By.UNIT, finding="done", words="انجام شد")
    assert row(without).state == row(shown).state == "reported"
    assert row(without).done_at is None
    assert row(shown).done_at is not None
