"""Changes of the city by an administrator: shown first, made with an event; stale ones told, planned ones wait."""

from datetime import timedelta

import pytest

from bina.flow.cases import changes
from bina.flow.cases.errors import Invalid, Refused
from bina.flow.cases.models import Event, Promise
from bina.ground.catalogue import edits as subject_edits
from bina.ground.catalogue import subjects
from bina.ground.city import edits, installation, people, planned
from bina.ground.city.models import Former, PlannedChange
from bina.ground.city.roles import Role
from bina.ground.sla import version
from tests.flow.cast import new, referred, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
WHY = "ابلاغ معاونت خدمات شهری"


def halved(code="0101"):
    return changes.subject_edit(code, {"deadline_seconds": 24 * 3600})


def test_the_preview_says_what_moves_and_writes_nothing():
    case_id = referred("0101")
    new("0101")
    before, promised = row(case_id), Promise.objects.get(case_id=case_id).due_at
    events, number = Event.objects.count(), version.current()
    effect = changes.preview(halved())
    assert [(m.code, m.after - m.before) for m in effect.earlier] == [(before.code, -48 * 3600)]
    assert effect.later == []
    assert (Event.objects.count(), version.current()) == (events, number)
    assert subjects.by_code("0101").deadline_seconds == 72 * 3600
    assert row(case_id) == before
    assert Promise.objects.get(case_id=case_id).due_at == promised


def test_the_change_moves_what_the_preview_said_and_tells_who_when_why():
    case_id = referred("0101")
    due, promised = row(case_id).unit_due_at, Promise.objects.get(case_id=case_id).due_at
    effect = changes.carry_out(halved(), actor="p:7", why=WHY)
    assert len(effect.moves) == 1
    assert due - row(case_id).unit_due_at == timedelta(hours=48)
    assert Promise.objects.get(case_id=case_id).due_at == promised, "a promise given never moves"
    [told] = changes.history("subject", "0101")
    assert (told.verb, told.actor, told.words) == ("set", "p:7", WHY)
    assert told.given["before"] == {"deadline_seconds": 72 * 3600}
    assert told.given["after"] == {"deadline_seconds": 24 * 3600}
    assert told.given["moved"] == 1
    assert Former.objects.get(what="subject", key="0101").row["deadline_seconds"] == 72 * 3600


def test_without_a_reason_or_a_difference_nothing_is_written():
    with pytest.raises(Invalid) as refused:
        changes.carry_out(halved(), actor="p:7", why="  ")
    assert "why" in refused.value.errors
    same = changes.subject_edit("0101", {"deadline_seconds": 72 * 3600})
    assert changes.carry_out(same, actor="p:7", why=WHY).nothing
    assert changes.history("subject", "0101") == []
    assert not Former.objects.filter(what="subject", key="0101").exists()


def test_two_administrators_at_once_the_second_is_told_and_overwrites_nothing():
    seen = changes.mark(subject_edits.state("0101"))
    changes.carry_out(halved(), actor="p:7", why=WHY, seen=seen)
    other = changes.subject_edit("0101", {"priority": 4})
    for make in (
        lambda: changes.preview(other, seen=seen),
        lambda: changes.carry_out(other, actor="p:8", why=WHY, seen=seen),
    ):
        with pytest.raises(changes.StaleEdit) as stale:
            make()
    assert stale.value.now["deadline_seconds"] == 24 * 3600
    assert subjects.by_code("0101").priority != 4


def test_a_planned_change_waits_for_its_day_and_can_be_taken_back():
    today = installation.today()
    edit = halved()
    values = {"deadline_seconds": 24 * 3600}
    first = changes.plan(edit, values, on=today + timedelta(days=3), actor="p:7", person_id=None, why=WHY)
    second = changes.plan(edit, {"priority": 4}, on=today + timedelta(days=5), actor="p:7", person_id=None, why=WHY)
    assert [p.id for p in planned.of("subject", "0101")] == [first, second]
    assert changes.make_due() == 0
    changes.revoke(second, actor="p:7", why="پشیمان شدیم")
    with pytest.raises(Refused):
        changes.revoke(second, actor="p:7", why="دوباره")
    PlannedChange.objects.filter(pk=first).update(on=today)
    assert changes.make_due() == 1
    assert changes.make_due() == 0
    assert subjects.by_code("0101").deadline_seconds == 24 * 3600
    assert [t.verb for t in changes.history("subject", "0101")] == ["set", "plan_revoked", "planned", "planned"]
    with pytest.raises(Invalid):
        changes.plan(edit, values, on=today, actor="p:7", person_id=None, why=WHY)


def test_a_planned_change_that_became_impossible_is_told_and_stops_no_other():
    today = installation.today()
    wrong = {"result_promise": True}
    code = next(s.code for s in subjects.all() if s.credit == "C")
    planned.order(what="subject", key=code, values=wrong, on=today, why=WHY, person_id=None)
    planned.order(what="subject", key="0101", values={"priority": 4}, on=today, why=WHY, person_id=None)
    assert changes.make_due() == 2
    assert subjects.by_code("0101").priority == 4
    assert changes.history("subject", code)[0].verb == "plan_revoked"


def test_names_and_telephones_of_people_stand_in_no_event():
    person_id = people.add(username="tazeh", name="خانم تازه")

    def rename():
        edits.change_person(person_id, name="خانم نو", phone="+989990000001", email="")
        return str(person_id)

    key = str(person_id)
    edit = changes.Edit("person", key, rename, lambda k: edits.person_state(int(k)), private=edits.PRIVATE)
    changes.carry_out(edit, actor="p:7", why=WHY)
    [told] = changes.history("person", str(person_id))
    assert set(told.given["private"]) == {"name", "phone"}
    assert "نو" not in str(told.given)


def test_the_last_administrator_cannot_end_and_whoever_leaves_leaves_gaps_that_are_shown():
    admins = people.of_role(Role.ADMIN)
    assert len(admins) == 1
    with pytest.raises(edits.BadEdit):
        edits.end_right(admins[0].id, on=installation.today())
