"""The expert's lists: each case stands in the first that fits it, counted in one statement, paged by key."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bina.flow.cases import worklist
from bina.flow.cases.contacts import contact
from bina.flow.cases.errors import Invalid, Refused
from bina.flow.cases.models import Case
from bina.flow.cases.moves import By
from bina.flow.waiting import holds
from bina.ground.sla import clock
from tests.flow.cast import check_every_result, do, in_progress, key, new, referred, reported, row, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
HOUR, DAY = 3600, 86_400


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")
    check_every_result()


def need(case_id: int, later: int = 0) -> str:
    now = clock.now() + timedelta(seconds=later)
    [found] = worklist.for_desk(Case.objects.filter(pk=case_id), now, now + timedelta(hours=8))
    return found.need


def calm(case_id: int) -> int:
    """A case whose deadline and promise are far away."""
    do(case_id, "answer", By.EXPERT, words="به زودی", temporary=True, next_news_at=int(clock.now().timestamp()) + 10**7)
    Case.objects.filter(pk=case_id).update(unit_due_at=clock.now() + timedelta(days=90))
    return case_id


def test_each_list_has_its_rule():
    now = int(clock.now().timestamp())
    going = calm(referred())
    assert need(going) == "going"
    assert need(going, 80 * DAY) == "silent", "not accepted for more than two working days"
    accepted = calm(in_progress())
    assert need(accepted, 80 * DAY) == "going"
    assert need(accepted, 89 * DAY + HOUR) == "risk"
    assert need(accepted, 91 * DAY) == "late"
    contact(accepted, kind="recontact", reason="no_news", by=By.OPERATOR, actor="p:1", channel="phone")
    assert need(accepted) == "recontacted"
    held = calm(in_progress())
    holds.hold(held, constraint="UTILITY_FIRST", review_at=now + 10**6, by=By.UNIT, actor="p:1", channel="test",
               body=unit("WATER").id, words="لوله", key=key())  # fmt: skip
    assert need(held) == "waiting"
    assert need(reported("done")) == "results"
    fresh = new().case_id
    assert need(fresh) in ("risk", "registered")
    owed = calm(referred())
    do(owed, "promise_broken", By.CLOCK, actor="clock", promise=1)
    assert need(owed) == "late"


def test_the_units_word_returns_on_its_day_and_until_then_its_lateness_rests():
    case_id = in_progress()
    now = int(clock.now().timestamp())
    do(case_id, "answer", By.EXPERT, words="به زودی", temporary=True, next_news_at=now + 10**7)
    Case.objects.filter(pk=case_id).update(unit_due_at=clock.now() - timedelta(hours=1))
    assert need(case_id) == "late"
    do(case_id, "follow_up", By.EXPERT, words="پس‌فردا می‌آیند", means="phone", word_at=now + 2 * DAY)
    Case.objects.filter(pk=case_id).update(unit_due_at=clock.now() - timedelta(hours=1))
    assert need(case_id) == "promised"
    assert need(case_id, 2 * DAY - 2 * HOUR) == "word", "on its day it returns"
    assert need(case_id, 2 * DAY + HOUR) == "late", "a word that was not kept"


def test_put_aside_until_its_day_or_until_something_happens():
    case_id, now = calm(referred()), int(clock.now().timestamp())
    do(case_id, "snoozed", By.EXPERT, until=now + 5 * DAY, words="رئیس واحد مرخصی است")
    assert need(case_id) == "aside"
    assert need(case_id, 5 * DAY + HOUR) != "aside"
    contact(case_id, kind="recontact", reason="no_news", by=By.OPERATOR, actor="p:1", channel="phone")
    assert need(case_id) == "recontacted", "a citizen's word brings it back"
    do(case_id, "snoozed", By.EXPERT, until=now + 5 * DAY, words="باز هم")
    do(case_id, "snoozed", By.EXPERT)
    assert need(case_id) == "recontacted", "taken up again by hand"
    with pytest.raises(Refused):
        do(case_id, "snoozed", By.EXPERT)
    for wrong in ({"until": now - DAY, "words": "x"}, {"until": now + 90 * DAY, "words": "x"}, {"until": now + DAY}):
        with pytest.raises(Invalid):
            do(case_id, "snoozed", By.EXPERT, **wrong)


def test_the_printed_formula_orders_the_urgent():
    plain, told, hazard = (calm(in_progress()) for _ in range(3))
    soon = clock.now() + timedelta(hours=20)
    Case.objects.filter(pk__in=(plain, told, hazard)).update(unit_due_at=soon, news_due_at=None)
    Case.objects.filter(pk=told).update(recontacts=2)
    Case.objects.filter(pk=hazard).update(hazard=True)
    listed = worklist.of_need(worklist.for_desk(Case.objects.all(), clock.now()), "risk")
    rows, _more = worklist.page(listed, limit=10)
    assert [case.pk for case in rows] == [hazard, told, plain]
    assert soon - rows[1].order_at == timedelta(hours=2 * worklist.HOURS_A_RECONTACT)
    assert soon - rows[0].order_at == timedelta(hours=worklist.HOURS_A_HAZARD)


def test_all_lists_are_counted_in_one_statement_and_every_open_case_stands_once():
    for _ in range(3):
        calm(referred())
    reported("done")
    new()
    listed = worklist.for_desk(Case.objects.all(), clock.now())
    worklist.silent_since(clock.now())
    with CaptureQueriesContext(connection) as asked:
        found = worklist.board(listed, each=2)
    assert len(asked) == 2, "one counts and cuts them all, one reads the cases shown"
    assert sum(group.count for group in found.values()) == 5
    assert set(found) <= set(worklist.DESK)
    assert found["results"].hands == {"137": 1}


def test_bodies_to_chase_are_the_unit_or_whom_an_attested_hold_names():
    own, held = (in_progress() for _ in range(2))
    Case.objects.filter(pk__in=(own, held)).update(unit_due_at=clock.now() - timedelta(hours=1))
    review = int(clock.now().timestamp()) + 10**6
    seq = holds.hold(held, constraint="UTILITY_FIRST", review_at=review, by=By.UNIT, actor="p:1", channel="test",
                     body=unit("WATER").id, words="لوله", key=key()).seq  # fmt: skip
    chased = worklist.to_chase(worklist.for_desk(Case.objects.all(), clock.now()), clock.now())
    assert [(one.unit_id, one.count) for one in worklist.bodies(chased)] == [(unit().id, 2)], "not attested yet"
    holds.attest(held, hold=seq, words="بله", by=By.BODY, actor="p:2", channel="test", key=key())
    found = {one.unit_id: one.count for one in worklist.bodies(chased)}
    assert found == {unit().id: 1, unit("WATER").id: 1}


def test_a_share_of_a_sampled_subject_is_checked_and_never_by_choice(monkeypatch):
    from bina.config import config
    from bina.ground.catalogue.models import Subject
    from bina.ground.sla import version

    case_id = reported("done")
    Subject.objects.update(check_results="sample")
    version.check(version.bump())
    for share, waits in ((100, "results"), (0, "going")):
        monkeypatch.setenv("BINA_CHECK_SHARE", str(share))
        config.cache_clear()
        assert need(case_id) == waits
        assert (case_id in worklist.to_ask(Case.objects.all()).values_list("pk", flat=True)) == (share == 0)
    monkeypatch.delenv("BINA_CHECK_SHARE")
    config.cache_clear()
    Subject.objects.update(check_results="none")
    version.check(version.bump())
    assert need(case_id) == "going", "nobody is asked to look at it"
    assert row(case_id).state == "reported"
