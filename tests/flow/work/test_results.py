"""Results from the street: the job ends with its quantity and the finding is recorded, all or nothing, once."""

from __future__ import annotations

import pytest

from bina.flow.cases import history
from bina.flow.cases.errors import Invalid, NotAllowed, Refused, Stale
from bina.flow.cases.moves import By
from bina.flow.work import jobs, results, slips
from bina.ground.catalogue.models import Subject
from bina.ground.sla import clock, version
from tests.flow.cast import do, in_progress, key, photograph, referred, row, unit
from tests.flow.work.test_jobs import plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
WHO = {"by": By.LIAISON, "actor": "p:1", "channel": "test"}


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")


def verbs(case_id: int) -> list[str]:
    return [e.verb for e in history.events(case_id)]


def test_a_result_ends_the_job_with_its_quantity():
    case_id = in_progress()
    plan(case_id)
    photograph(case_id)
    got = results.enter(case_id, finding="done", quantity=7, words="لکه‌گیری شد", key=key(), **WHO)
    assert got.state == "reported"
    assert verbs(case_id)[-2:] == ["job_done", "report"]
    [job] = jobs.of_case(case_id)
    assert (job.state, job.quantity) == ("done", 7)
    assert row(case_id).finding == "done"


def test_without_the_photo_that_the_subject_wants_nothing_is_written():
    case_id = in_progress("0101")
    plan(case_id)
    before = verbs(case_id)
    with pytest.raises(Invalid) as told:
        results.enter(case_id, finding="done", quantity=7, words="شد", key=key(), **WHO)
    assert set(told.value.errors) == {"files"}
    assert "عکس" in told.value.sentence
    assert verbs(case_id) == before
    assert jobs.of_case(case_id)[0].state == "planned", "the job is still open too"


def test_sent_twice_it_is_done_once():
    case_id = in_progress()
    plan(case_id)
    photograph(case_id)
    once = key()
    first = results.enter(case_id, finding="done", quantity=7, words="شد", key=once, **WHO)
    again = results.enter(case_id, finding="done", quantity=7, words="شد", key=once, **WHO)
    assert (again.seq, again.again) == (first.seq, True)
    assert verbs(case_id).count("report") == verbs(case_id).count("job_done") == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"finding": ""}, "finding"), ({"finding": "finished"}, "finding"), ({"quantity": 0}, "quantity"),
     ({"quantity": -1}, "quantity"), ({"quantity": 10**9}, "quantity"), ({"words": ""}, "answer"),
     ({"words": None}, "answer")],
)  # fmt: skip
def test_what_is_wrong_is_told_by_field_and_nothing_is_written(wrong, field):
    case_id = in_progress()
    plan(case_id)
    photograph(case_id)
    before = verbs(case_id)
    with pytest.raises(Invalid) as told:
        results.enter(case_id, **({"finding": "done", "words": "شد", "quantity": 1} | wrong), key=key(), **WHO)
    assert set(told.value.errors) == {field}
    assert verbs(case_id) == before


def test_a_quantity_without_a_job_is_told():
    case_id = in_progress()
    photograph(case_id)
    with pytest.raises(Invalid) as told:
        results.enter(case_id, finding="done", quantity=3, words="شد", key=key(), **WHO)
    assert set(told.value.errors) == {"quantity"}
    assert results.enter(case_id, finding="done", words="شد", key=key(), **WHO).state == "reported"


def test_partly_keeps_the_case_and_names_the_day_of_the_rest():
    case_id = in_progress()
    plan(case_id)
    at = int(clock.now().timestamp()) + 3 * 86400
    with pytest.raises(Invalid) as told:
        results.enter(case_id, finding="partly", words="نیمی شد", key=key(), **WHO)
    assert set(told.value.errors) == {"rest_at"}
    assert jobs.of_case(case_id)[0].state == "planned"
    results.enter(case_id, finding="partly", words="نیمی شد", rest_at=at, key=key(), **WHO)
    case = row(case_id)
    assert case.state == "in_progress"
    assert int(case.word_at.timestamp()) == at
    assert jobs.of_case(case_id)[0].state == "done"


def test_a_visit_leaves_a_finding_and_the_case_goes_on():
    case_id = in_progress()
    plan(case_id, kind="visit")
    results.enter(case_id, finding="visit", quantity=4, words="چهار متر است", key=key(), **(WHO | {"by": By.CREW}))
    assert verbs(case_id)[-2:] == ["job_done", "visit"]
    assert row(case_id).state == "in_progress"


def test_of_a_visit_and_the_work_each_result_ends_its_own():
    case_id = in_progress()
    visit, work = plan(case_id, kind="visit").seq, plan(case_id).seq
    results.enter(case_id, finding="visit", words="چهار متر است", key=key(), **WHO)
    assert {job.seq: job.state for job in jobs.of_case(case_id)} == {visit: "done", work: "planned"}
    photograph(case_id)
    results.enter(case_id, finding="done", words="شد", key=key(), **WHO)
    assert {job.seq: job.state for job in jobs.of_case(case_id)} == {visit: "done", work: "done"}


def test_of_a_case_that_moved_or_is_not_accepted_nothing_is_written():
    case_id = in_progress()
    photograph(case_id)
    seen = row(case_id).seq
    do(case_id, "note", By.EXPERT, words="تازه")
    with pytest.raises(Stale):
        results.enter(case_id, finding="done", words="شد", seq=seen, key=key(), **WHO)
    with pytest.raises(Refused):
        results.enter(referred(), finding="nothing_found", words="نبود", key=key(), **WHO)
    with pytest.raises(NotAllowed):
        results.enter(case_id, finding="done", words="شد", key=key(), **(WHO | {"by": By.CITIZEN}))


def test_the_day_on_the_paper_is_the_day_it_was_done():
    case_id = in_progress()
    photograph(case_id)
    at = int(clock.now().timestamp())
    results.enter(case_id, finding="done", words="شد", done_at=at - 1, key=key(), **WHO)
    assert int(row(case_id).done_at.timestamp()) == at - 1


def test_a_result_waits_for_its_photo_and_is_forgotten_when_the_case_moves_on():
    case_id, other = in_progress(), in_progress()
    for one in (case_id, other):
        slips.keep(one, unit_id=unit().id, finding="done", quantity=3, done_on=None, words="شد", actor="p:1")
    slips.keep(case_id, unit_id=unit().id, finding="done", quantity=5, done_on=None, words="شد ۲", actor="p:1")
    assert {(s.case_id, s.quantity) for s in slips.of_units([unit().id])} == {(case_id, 5), (other, 3)}
    do(other, "return", By.UNIT, reason="not_ours", proposed_unit=unit("MHD-03/D-SERV").id)
    assert [s.case_id for s in slips.of_units([unit().id])] == [case_id]
    assert slips.of_units([unit("MHD-03/D-SERV").id]) == []
    assert slips.of_case(other) is None, "its words are gone with it"
    slips.drop(case_id)
    assert slips.of_case(case_id) is None


def test_where_the_subject_wants_no_photo_none_is_asked():
    Subject.objects.filter(code="0601").update(proof={})
    version.check(version.bump())
    case_id = in_progress("0601")
    assert results.enter(case_id, finding="done", words="شد", key=key(), **WHO).state == "reported"
