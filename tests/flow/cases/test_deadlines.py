"""A holiday by decree, or other hours for a subject: each open case that it moves says so, no promise moves."""

from datetime import timedelta

import pytest

from bina.flow.cases import deadlines, history
from bina.flow.cases.models import Promise, Timer
from bina.flow.cases.moves import By
from bina.ground.catalogue.models import Subject
from bina.ground.sla import calendars, version
from tests.flow.cast import do, new, referred, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def test_a_closure_moves_open_deadlines_and_nothing_else():
    working, by_the_clock, untouched = referred("0202"), referred("0101"), new().case_id
    before, promised = row(working).unit_due_at, Promise.objects.get(case_id=working).due_at
    clock_before = row(by_the_clock).unit_due_at
    start = row(working).registered_at
    calendars.close(starts_at=start, ends_at=before + timedelta(days=1), reason="سرما", source="استانداری")
    version.check(version.current())
    assert deadlines.recalculate(why="closure") == 1
    assert row(working).unit_due_at > before
    assert history.events(working)[-1].given == {"due_at": int(row(working).unit_due_at.timestamp()), "why": "closure"}
    assert Timer.objects.get(stream_id=working, kind="unit_due").due_at == row(working).unit_due_at
    assert row(by_the_clock).unit_due_at == clock_before
    assert Promise.objects.get(case_id=working).due_at == promised
    assert row(untouched).seq == 1
    assert deadlines.recalculate(why="closure") == 0, "the second time nothing moves"


def test_a_subject_s_new_hours_move_it_too_and_closed_cases_keep_theirs():
    open_case, closed = referred("0101"), referred("0101")
    do(closed, "decline_proposed", By.EXPERT, actor="p:1", reason="private_dispute", words="اختلاف دو همسایه")
    do(closed, "decline", By.SUPERVISOR, actor="p:2", words="خصوصی است")
    seq, due = row(closed).seq, row(open_case).unit_due_at
    Subject.objects.filter(code="0101").update(deadline_seconds=24 * 3600)
    version.check(version.bump())
    assert deadlines.recalculate(why="subject") == 1
    assert due - row(open_case).unit_due_at == timedelta(hours=48)
    assert row(closed).seq == seq


def test_a_closure_that_is_taken_back_gives_the_deadline_back():
    case_id = referred("0202")
    before = row(case_id).unit_due_at
    closure = calendars.close(starts_at=row(case_id).registered_at, ends_at=before + timedelta(days=1), reason="سرما")
    version.check(version.current())
    deadlines.recalculate(why="closure")
    assert row(case_id).unit_due_at > before
    calendars.revoke_closure(closure_id=closure.pk, by="p:1")
    version.check(version.current())
    assert deadlines.recalculate(why="closure") == 1
    assert row(case_id).unit_due_at == before
