"""Jobs of a history written at once are the very jobs that its verbs made one by one."""

from __future__ import annotations

from bina.flow.cases import bulk, clerk, photos
from bina.flow.cases.moves import By
from bina.flow.waiting import holds
from bina.flow.work import jobs
from bina.ground.sla import clock
from tests.flow.cases.test_bulk import lines, story
from tests.flow.cast import do, new, photograph, ready, unit
from tests.flow.work.test_jobs import C1, C2

HOUR = 3600


def lived(start: int) -> int:
    """A case whose jobs were moved, begun, done, overtaken, taken along by a return, and ended by a result."""
    at, how = start, {"origin": "demo"}
    case_id = new("0601", at=at, **how).case_id

    def later() -> dict:
        nonlocal at
        at += HOUR
        return how | {"at": at}

    def plan(crew: str, kind: str = "work") -> int:
        return jobs.plan(case_id, crew=crew, plan_at=at + 2 * HOUR, kind=kind, unit_id=unit().id, by=By.UNIT,
                         actor="p:1", channel="test", **later()).seq  # fmt: skip

    def given() -> None:
        do(case_id, "refer", By.EXPERT, unit=unit().id, words="ببینید", **later())
        do(case_id, "accept", By.UNIT, **later())

    given()
    plan(C1)
    moved, visit = plan(C2), plan(C1, "visit")
    do(case_id, "job_started", By.CREW, job=moved, **later())
    do(case_id, "job_done", By.CREW, job=visit, quantity=3, **later())
    hold = holds.hold(case_id, constraint="SEASON_WEATHER", review_at=at + 10**6, by=By.UNIT, actor="p:1",
                      channel="test", **later()).seq  # fmt: skip
    plan(C1)
    holds.release(case_id, hold=hold, by=By.UNIT, actor="p:1", channel="test", **later())
    do(case_id, "return", By.UNIT, reason="not_ours", proposed_unit=unit("MHD-03/D-SERV").id, **later())
    given()
    do(case_id, "job_started", By.CREW, job=plan(C2), **later())
    photograph(case_id, **later())
    do(case_id, "report", By.UNIT, finding="done", words="شد", **later())
    return case_id


def test_a_history_in_one_piece_gives_the_same_jobs(fresh_database, city, tmp_path, monkeypatch):
    monkeypatch.setattr(photos, "folder", lambda: tmp_path / "files")
    ready()
    ends: list[int] = []
    case_id = lived(int(clock.now().timestamp()) - 10**6)
    states = [(job.kind, job.state, job.quantity) for job in jobs.of_case(case_id)]
    assert states == [
        ("work", "cancelled", None), ("work", "cancelled", None), ("visit", "done", 3), ("work", "cancelled", None),
        ("work", "done", None),
    ]  # fmt: skip
    told = story(case_id, ends)
    with clerk.connect(fresh_database.url) as db:
        clerk.drain(db)
        bulk.write(db, [bulk.prepare(told, max(ends))])
        [twin] = db.execute("SELECT id FROM cases_case WHERE old_code = %s", [told.old_code]).fetchone()
        assert lines(db, "work_job", twin) == lines(db, "work_job", case_id)
