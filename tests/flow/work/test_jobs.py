"""Jobs: given to a crew for a day, begun, ended, moved to another crew, cancelled when the case leaves the unit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bina.flow.cases import history
from bina.flow.cases.errors import Invalid, NotAllowed, Stale
from bina.flow.cases.models import Case
from bina.flow.cases.moves import By
from bina.flow.work import jobs
from bina.flow.work.models import Job
from bina.ground.sla import clock
from tests.flow.cast import do, in_progress, key, photograph, referred, row, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
C1, C2 = "MHD-03/D-TECH/C1", "MHD-03/D-TECH/C2"


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")


def day(ahead: int = 0) -> int:
    return int((jobs.midnight(clock.now(), ahead + 1) - timedelta(minutes=1)).timestamp())


def plan(case_id: int, crew: str = C1, ahead: int = 0, **more):
    given = {"by": By.UNIT, "actor": "p:1", "channel": "test", "unit_id": row(case_id).unit_id, "key": key()}
    return jobs.plan(case_id, crew=crew, plan_at=day(ahead), **(given | more))


def three() -> tuple[Case, Case, Case]:
    """Work of two crews for today, and of the first of them for tomorrow."""
    first, second, later = (row(in_progress()) for _ in range(3))
    plan(first.pk, C1)
    plan(second.pk, C2)
    plan(later.pk, C1, ahead=1)
    return first, second, later


def test_a_job_is_planned_begun_and_done():
    case_id = in_progress()
    seq = plan(case_id).seq
    [job] = jobs.of_case(case_id)
    assert (job.seq, job.kind, job.state, job.unit_id) == (seq, "work", "planned", unit().id)
    do(case_id, "job_started", By.CREW, job=seq)
    do(case_id, "job_done", By.CREW, job=seq, quantity=12)
    [job] = jobs.of_case(case_id)
    assert (job.state, job.quantity) == ("done", 12)
    assert job.started_at is not None
    assert job.done_at is not None
    assert jobs.open_of([case_id]) == {}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"crew": "MHD-03/D-SERV/C1"}, "crew"), ({"crew": ""}, "crew"), ({"crew": "nobody"}, "crew"),
     ({"unit_id": None}, "crew"), ({"kind": "party"}, "kind"), ({"ahead": -1}, "plan_at")],
)  # fmt: skip
def test_another_units_crew_or_a_day_gone_by_is_refused_by_field(wrong, field):
    case_id = in_progress()
    with pytest.raises(Invalid) as told:
        plan(case_id, **wrong)
    assert set(told.value.errors) == {field}
    assert jobs.of_case(case_id) == []


def test_a_crew_or_a_citizen_cannot_plan():
    case_id = in_progress()
    for by in (By.CREW, By.CITIZEN, By.EXPERT):
        with pytest.raises(NotAllowed):
            plan(case_id, by=by)


def test_a_case_that_moved_on_is_not_planned():
    case_id = in_progress()
    seen = row(case_id).seq
    do(case_id, "note", By.EXPERT, words="تازه")
    with pytest.raises(Stale):
        plan(case_id, seq=seen)


def test_another_crew_takes_the_place_of_the_first():
    case_id = in_progress()
    first = plan(case_id, C1).seq
    second = plan(case_id, C2, ahead=1).seq
    assert {job.seq: job.state for job in jobs.of_case(case_id)} == {first: "cancelled", second: "planned"}
    assert Job.objects.get(case_id=case_id, seq=first).ended_by == "job_planned"
    assert jobs.open_of([case_id])[case_id].seq == second


def test_a_visit_and_the_work_stand_side_by_side():
    case_id = in_progress()
    plan(case_id, kind="visit")
    plan(case_id, kind="work")
    assert [job.state for job in jobs.of_case(case_id)] == ["planned", "planned"]


def test_giving_accepts_what_was_only_referred_at_once_or_not_at_all():
    case_id = referred()
    given = {"by": By.LIAISON, "actor": "p:1", "channel": "test", "unit_id": unit().id, "crew": C1}
    with pytest.raises(Invalid):
        jobs.give(case_id, accepts=True, plan_at=day(-3), **given)
    assert row(case_id).state == "referred", "nothing of it happened"
    once = key()
    for _ in range(2):
        jobs.give(case_id, accepts=row(case_id).state == "referred", plan_at=day(), key=once, **given)
    assert row(case_id).state == "in_progress"
    assert [e.verb for e in history.events(case_id)][-2:] == ["accept", "job_planned"], "sent twice, done once"


@pytest.mark.parametrize("verb", ["return", "refer", "decline"])
def test_a_case_that_leaves_the_unit_takes_its_open_jobs_with_it(verb):
    case_id = in_progress()
    seq = plan(case_id).seq
    do(case_id, "job_started", By.CREW, job=seq)
    if verb == "return":
        do(case_id, "return", By.UNIT, reason="not_ours", proposed_unit=unit("MHD-03/D-SERV").id)
    elif verb == "refer":
        do(case_id, "refer", By.EXPERT, unit=unit("MHD-03/D-SERV").id, words="ببینید")
    else:
        do(case_id, "decline_proposed", By.EXPERT, actor="p:1", reason="private_dispute", words="دیوار")
        do(case_id, "decline", By.SUPERVISOR, actor="p:2", words="خصوصی است")
    [job] = jobs.of_case(case_id)
    assert job.state == "cancelled"
    assert Job.objects.get(case_id=case_id).ended_by == verb


def test_what_was_begun_ends_with_the_result_and_what_was_only_planned_is_cancelled():
    begun, planned = in_progress("0601"), in_progress("0601")
    do(begun, "job_started", By.CREW, job=plan(begun).seq)
    plan(planned)
    for case_id in (begun, planned):
        photograph(case_id)
        do(case_id, "report", By.UNIT, finding="done", words="انجام شد")
    assert [jobs.of_case(c)[0].state for c in (begun, planned)] == ["done", "cancelled"]
    assert jobs.of_case(begun)[0].done_at is not None


def test_the_days_list_has_what_is_due_left_over_and_done_that_day():
    now = clock.now()
    today, tomorrow, done, elsewhere = in_progress(), in_progress(), in_progress(), in_progress()
    plan(today)
    plan(tomorrow, C2, ahead=1)
    do(done, "job_done", By.CREW, job=plan(done).seq)
    left = in_progress()
    plan(left, at=int(now.timestamp()) - 3 * 86400, ahead=-3, origin="demo")
    mine = [unit().id]
    assert {job.case_id for job in jobs.of_day(mine, now)} == {today, done, left}
    assert {job.case_id for job in jobs.of_day(mine, now, days=1)} == {tomorrow}
    assert {job.case_id for job in jobs.of_day(mine, now, days=2)} == set()
    assert jobs.of_day([unit("MHD-03/D-SERV").id], now) == []
    assert {job.case_id for job in jobs.in_hand(mine, [tomorrow], now)} == {today, left, tomorrow}
    assert {job.case_id for job in jobs.in_hand(mine, [], now)} == {today, left}
    assert elsewhere not in {job.case_id for job in jobs.in_hand(mine, [elsewhere], now)}


def test_a_job_of_another_case_or_of_none_is_no_job():
    case_id, other = in_progress(), in_progress()
    seq = plan(other).seq
    for number in (seq, 1, 10**6, 2**40, 0, -1):
        with pytest.raises(Invalid) as told:
            do(case_id, "job_started", By.CREW, job=number)
        assert set(told.value.errors) == {"job"}
    assert jobs.of_case(other)[0].state == "planned"


def test_the_jobs_of_the_cases_on_the_page_are_never_cut_off(monkeypatch):
    monkeypatch.setattr(jobs, "DAY_MAX", 1)
    first, second, third, fourth = (in_progress() for _ in range(4))
    for case_id in (first, second, third):
        plan(case_id)
    do(fourth, "note", By.EXPERT, words="کار آن پس از دیگران به اکیپ داده می‌شود")
    last = plan(fourth)
    found = jobs.in_hand([unit().id], [fourth], clock.now())
    assert len(found) == 2
    assert (fourth, last.seq) in [(job.case_id, job.seq) for job in found]
