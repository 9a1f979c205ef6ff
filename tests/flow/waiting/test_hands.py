"""Time by owner: from the history alone, every second once, by the rules of attesting, silence and contest."""

from itertools import pairwise
from random import Random

import pytest

from bina.flow.cases import history, photos
from bina.flow.cases.moves import By
from bina.flow.cases.replay import replay
from bina.flow.waiting import hands, holds
from bina.flow.waiting.models import Hold
from tests.flow.cast import do, in_progress, key, new, photograph, row, step, unit

pytestmark = pytest.mark.django_db
DAY = 86400


@pytest.fixture(autouse=True)
def _of_the_city(city, tmp_path, monkeypatch):
    monkeypatch.setattr(photos, "folder", lambda: tmp_path / "files")


def _start() -> int:
    """Epoch seconds of a Saturday morning, far enough in the past."""
    from bina.ground.sla import clock

    now = int(clock.now().timestamp())
    return now - now % DAY - 40 * DAY


def _parts(case_id: int, until: int) -> dict[str, int]:
    changes = history.changes(history.events(case_id))
    spans = hands.spans(changes, until)
    assert sum(s.end - s.start for s in spans) == until - changes[0].after.changed_at
    for a, b in pairwise(spans):
        assert a.end == b.start
    return hands.by_owner(spans)


def _working(at: int) -> int:
    case_id = new(at=at, origin="demo").case_id
    do(case_id, "refer", By.EXPERT, unit=unit().id, words="ببینید", at=at + 100, origin="demo")
    do(case_id, "accept", By.UNIT, at=at + 300, origin="demo")
    return case_id


def _hold(case_id: int, at: int, constraint: str = "UTILITY_FIRST", body: str = "WATER", **more) -> int:
    done = holds.hold(
        case_id, constraint=constraint, review_at=at + 30 * DAY, by=By.UNIT, actor="p:1", channel="test", at=at,
        origin="demo", body=unit(body).id, key=key(), **more,
    )  # fmt: skip
    return done.seq


def test_the_parts_add_up_to_the_second():
    at = _start()
    case_id = _working(at)
    assert _parts(case_id, at + 1000) == {"137": 100, "unit": 900}


def test_attested_is_the_owner_s_from_the_proposal():
    at = _start()
    case_id = _working(at)
    seq = _hold(case_id, at + 1000)
    assert _parts(case_id, at + 2000)["unit"] == 1900, "unattested: the unit's, shown apart"
    holds.attest(case_id, hold=seq, by=By.BODY, actor="p:2", channel="test", at=at + 5000, origin="demo")
    assert row(case_id).hands == "outside"
    holds.release(case_id, hold=seq, by=By.UNIT, actor="p:1", channel="test", at=at + 9000, origin="demo")
    assert _parts(case_id, at + 10_000) == {"137": 100, "unit": 1900, "outside": 8000}
    assert row(case_id).state == "in_progress"


def test_silence_is_the_body_s_from_its_third_day_and_stays_so_when_it_contests_later():
    at = _start()
    case_id = _working(at)
    seq = _hold(case_id, at + 1000)
    silent = history.events(case_id)[-1].given["silent_at"]
    until = silent + 5 * DAY
    assert _parts(case_id, until) == {"137": 100, "unit": silent - at - 100, "outside": 5 * DAY}
    holds.contest(case_id, hold=seq, by=By.BODY, actor="p:2", channel="test", words="نه", at=until, origin="demo")
    assert _parts(case_id, until)["outside"] == 5 * DAY


def test_contested_in_time_goes_back_to_the_unit():
    at = _start()
    case_id = _working(at)
    seq = _hold(case_id, at + 1000)
    holds.contest(case_id, hold=seq, by=By.BODY, actor="p:2", channel="test", words="نه", at=at + 3000, origin="demo")
    assert _parts(case_id, at + 20 * DAY) == {"137": 100, "unit": 20 * DAY - 100}


def test_two_holds_charge_each_moment_to_the_first_in_rank():
    at = _start()
    case_id = _working(at)
    low = _hold(case_id, at + 1000, "UPPER_BODY_DECISION", "DEP-TECH")
    high = _hold(case_id, at + 2000)
    for seq in (low, high):
        holds.attest(case_id, hold=seq, by=By.BODY, actor="p:2", channel="test", at=at + 2500, origin="demo")
    holds.release(case_id, hold=high, by=By.UNIT, actor="p:1", channel="test", at=at + 4000, origin="demo")
    assert row(case_id).state == "waiting"
    parts = _parts(case_id, at + 5000)
    ranks = {h.seq: h.rank for h in Hold.objects.filter(case_id=case_id)}
    assert ranks[high] < ranks[low]
    assert parts["outside"] == 2000
    assert parts["up"] == 2000


def test_the_deadline_moves_by_an_attested_hold_and_by_nothing_else():
    at = _start()
    case_id = _working(at)
    due = int(row(case_id).unit_due_at.timestamp())
    seq = _hold(case_id, at + 1000)
    assert int(row(case_id).unit_due_at.timestamp()) == due
    holds.attest(case_id, hold=seq, by=By.BODY, actor="p:2", channel="test", at=at + 2000, origin="demo")
    holds.release(case_id, hold=seq, by=By.UNIT, actor="p:1", channel="test", at=at + 10 * DAY, origin="demo")
    moved = int(row(case_id).unit_due_at.timestamp())
    assert moved > due


def test_leaving_waiting_ends_what_hung_on_it():
    case_id = in_progress()
    seq = holds.hold(
        case_id, constraint="SEASON_WEATHER", review_at=int(row(case_id).changed_at.timestamp()) + DAY, by=By.UNIT,
        actor="p:1", channel="test",
    ).seq  # fmt: skip
    do(case_id, "side_opened", By.EXPERT, unit=unit("MHD-03/D-SERV").id)
    do(case_id, "job_planned", By.UNIT, kind="work")
    photograph(case_id)
    do(case_id, "report", By.UNIT, finding="done", words="انجام شد")
    from bina.flow.cases.models import Referral
    from bina.flow.work.models import Job

    assert Hold.objects.get(case_id=case_id, seq=seq).ended_by == "overtaken"
    assert Referral.objects.get(case_id=case_id, kind="side").ended_by == "overtaken"
    assert Job.objects.get(case_id=case_id).state == "cancelled"


@pytest.mark.parametrize("seed", range(12))
def test_any_walk_adds_up_and_replays_to_its_row(seed):
    chance, at = Random(seed), _start()
    case_id = new(at=at, origin="demo").case_id
    for _n in range(25):
        at += chance.randrange(1, 30_000)
        step(case_id, chance, at)
    events = history.events(case_id)
    assert len(events) > 20
    said = replay(events)
    assert said is not None
    assert {
        f: getattr(row(case_id), f) for f in ("state", "outcome", "hands", "seq", "disputes", "returns", "more")
    } == {f: getattr(said, f) for f in ("state", "outcome", "hands", "seq", "disputes", "returns", "more")}
    if said.state != "closed":
        _parts(case_id, at + chance.randrange(10**6))
