"""The unit's list: each open case in the one group that says what it needs, page by page, in few statements."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bina.flow.cases.models import Case
from bina.flow.cases.moves import By
from bina.flow.waiting import holds
from bina.flow.work import jobs, queue
from bina.ground.sla import clock
from tests.flow.cast import do, in_progress, photograph, referred, row, unit
from tests.flow.work.test_jobs import plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")


def listed():
    return queue.sorted_for(Case.objects.filter(unit_id=unit().id), clock.now())


def due(case_id: int, **ahead: float) -> None:
    Case.objects.filter(pk=case_id).update(unit_due_at=clock.now() + timedelta(**ahead), news_due_at=None)


def test_each_case_stands_where_it_needs_something():
    now = clock.now()
    new, late, today, crew, idle, waits, sent, told = referred(), *(in_progress() for _ in range(5)), *(
        in_progress("0601") for _ in range(2)
    )  # fmt: skip
    for case_id in (new, crew, idle, waits, sent, told):
        due(case_id, days=9)
    due(late, hours=-2)
    Case.objects.filter(pk=today).update(unit_due_at=jobs.midnight(now, 1) - timedelta(seconds=1), news_due_at=None)
    plan(crew)
    holds.hold(waits, constraint="SEASON_WEATHER", review_at=int(now.timestamp()) + 10**6, by=By.UNIT, actor="p:1",
               channel="test")  # fmt: skip
    for case_id in (sent, told):
        photograph(case_id)
        do(case_id, "report", By.UNIT, finding="done", words="شد")
    do(sent, "send_back", By.EXPERT, words="پلاک پیدا نیست")
    due(waits, days=9)
    need = dict(listed().values_list("pk", "need"))
    assert need == {new: "referred", late: "late", today: "today", crew: "crews", idle: "accepted", waits: "waiting",
                    sent: "sent_back", told: "reported"}  # fmt: skip
    assert [g.name for g in queue.overview(listed(), each=5, room=40)] == list(queue.NEEDS)


def test_an_attested_hold_is_not_late():
    case_id = in_progress()
    seq = holds.hold(case_id, constraint="UTILITY_FIRST", review_at=int(clock.now().timestamp()) + 10**6, by=By.UNIT,
                     actor="p:1", channel="test", body=unit("WATER").id, words="لوله").seq  # fmt: skip
    holds.attest(case_id, hold=seq, by=By.BODY, actor="p:2", channel="test")
    due(case_id, days=-5)
    assert dict(listed().values_list("pk", "need"))[case_id] == "waiting"


def test_an_overview_is_short_and_counts_all():
    for _ in range(9):
        due(referred(), days=5)
    for _ in range(4):
        due(in_progress(), days=6)
    found = listed()
    with CaptureQueriesContext(connection) as seen:
        first, second = queue.overview(found, each=5, room=6)
    assert len(seen) == 2
    assert [(g.name, g.count, len(g.cases)) for g in (first, second)] == [("referred", 9, 4), ("accepted", 4, 2)]
    assert first.more is not None


def test_pages_follow_each_other_without_gap_or_overlap_also_at_one_moment():
    cases = [referred() for _ in range(7)]
    at = clock.now() + timedelta(days=3, microseconds=123_456)
    Case.objects.filter(pk__in=cases).update(unit_due_at=at, news_due_at=None)
    seen, after = [], ""
    while True:
        page = queue.one_group(listed(), "referred", after=after, limit=3)
        assert page.count == 7
        seen += [case.pk for case in page.cases]
        if page.more is None:
            break
        after = page.more
    assert seen == sorted(cases)
    first = queue.overview(listed(), each=3, room=9)[0]
    rest = queue.one_group(listed(), "referred", after=first.more or "", limit=9)
    assert [c.pk for c in (*first.cases, *rest.cases)] == sorted(cases), "the list goes on where the overview ended"


@pytest.mark.parametrize("key", ["", ".", "x.y", "1.", "9" * 40 + ".1", "1784000000000000." + "9" * 30, "-1.2", "۱.۲"])
def test_a_key_that_is_none_shows_the_first_page(key):
    case_id = referred()
    assert [c.pk for c in queue.one_group(listed(), "referred", after=key, limit=5).cases] == [case_id]


def test_the_last_word_to_the_unit_is_told():
    case_id, back = referred(), in_progress("0601")
    photograph(back)
    do(back, "report", By.UNIT, finding="done", words="شد")
    do(back, "send_back", By.EXPERT, words="پلاک پیدا نیست")
    said = queue.last_said([case_id, back])
    assert (said[case_id].verb, said[case_id].words) == ("refer", "لطفاً ببینید")
    assert (said[back].verb, said[back].words) == ("send_back", "پلاک پیدا نیست")
    photograph(back)
    do(back, "report", By.UNIT, finding="done", words="شد")
    do(back, "dispute", By.CITIZEN, reason="not_done", words="نشده")
    assert queue.last_said([back])[back] == queue.Said("dispute", "not_done", "نشده")
    assert queue.last_said([]) == {}
    assert row(back).state == "referred"
