"""The demo's ninety days: words that differ, shares as centres report them, histories that are true."""

from collections import Counter
from random import Random

import pytest
from django.db import connection

from bina.doors.cli.democity import build, decisions, paths, shape, words
from bina.flow.cases import photos
from bina.ground.catalogue import subjects
from bina.ground.city import places
from bina.ground.sla import version


def _one(sql: str) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


@pytest.mark.django_db
def test_words_differ_and_none_is_frequent(city):
    version.check(version.current())
    chance = Random(1)
    rows: dict[str, list] = {}
    for row in subjects.all():
        rows.setdefault(row.group_code, []).append(row)
        assert len(words.sentences(city)["said"][row.code]) >= 3, f"{row.code} has too few sentences"
    district = places.area_by_code("MHD-03")
    said = Counter(
        words.said(city, shape.subject_of(district, rows, chance).code, chance) for _each in range(build.CASES)
    )
    assert len(said) >= 800
    assert max(said.values()) <= build.CASES / 100
    assert any("\u064a" in text for text in said), "nobody types Arabic letters"
    asked = Counter(words.instant(city, "question", f"محلهٔ {n % 150}", chance) for n in range(build.INSTANT))
    assert max(asked.values()) <= build.INSTANT / 100


def test_days_have_fridays_and_storms_and_hours_a_morning_peak():
    now = 1_790_000_000
    found = shape.moments(20_000, Random(2), now)
    assert found == sorted(found)
    assert now - shape.DAYS * shape.DAY - shape.DAY < found[0]
    assert found[-1] < now
    hours = Counter((at + shape.ZONE) % shape.DAY // shape.HOUR for at in found)
    assert max(hours, key=hours.__getitem__) in (9, 10, 11)
    fridays = sum(shape.friday(at) for at in found) / len(found)
    assert 0.05 < fridays < 0.11
    storm = sum(shape.stormy(at, now) for at in found) / len(shape.STORMS)
    assert storm > 1.6 * len(found) / shape.DAYS


@pytest.mark.django_db
def test_the_city_has_the_shape_of_a_real_one(city, tmp_path, monkeypatch):
    monkeypatch.setattr(photos, "folder", lambda: tmp_path / "files")
    refused: list[str] = []
    made = build.build(city, refused.append, cases=260, instants=60)
    assert not [line for line in refused if "refused" in line]
    cases, again, closed, returned, waiting = _one(
        "SELECT count(*), sum(recontacts), count(*) FILTER (WHERE state = 'closed'), sum(returns), "
        "count(*) FILTER (WHERE state = 'waiting') FROM cases_case"
    )
    assert cases == made
    assert 0.06 < again / (cases + again) < 0.24
    assert closed > cases / 2
    assert returned > cases * 0.05
    assert waiting > 0
    assert _one("SELECT count(*) FROM cases_case WHERE state = 'registered' AND returns >= 2")[0] >= 13
    assert _one("SELECT count(*) FROM cases_case WHERE more ? 'objection'")[0] >= 1
    assert _one("SELECT count(*) FROM cases_case WHERE state = 'reported' AND NOT more ? 'checked'")[0] >= 33
    assert _one(
        "SELECT count(*) FROM cases_case WHERE hazard AND state = 'registered' AND registered_at < bina_now() - "
        "interval '1 day'"
    ) == (0,), "danger lies for days and nobody has seen it"
    late = (
        "SELECT count(*) FROM waiting_hold WHERE line_id IS NOT NULL AND attested_at IS NOT NULL AND ended_at IS NULL"
    )
    assert _one(late)[0] >= 1, "a street waits for money that is due and was not handed over"
    # Everything that fell due in the past happened in its own hour: nothing is left for the worker to catch up with.
    assert _one(
        "SELECT (SELECT count(*) FROM cases_timer WHERE kind = 'unit_due' AND due_at < bina_now()) + "
        "(SELECT count(*) FROM cases_promise WHERE kept_at IS NULL AND broken_at IS NULL AND due_at < bina_now())"
    )[0] <= cases * 0.05  # fmt: skip
    assert _one("SELECT count(*) FROM cases_event WHERE at > bina_now()") == (0,)
    assert _one("SELECT count(*) FROM cases_contact WHERE instant") == (60,)
    assert _one(
        "SELECT count(*) FROM cases_case c JOIN cases_contact t ON t.case_id = c.id AND t.kind = 'new' "
        f"WHERE t.phone = '{build.CALLER}' AND c.recontacts = 3 AND c.state = 'in_progress' AND c.answered_at NOTNULL"
    ) == (1,)


def test_whatever_hour_of_the_week_it_begins_two_returns_find_their_hours():
    chance = Random(3)
    for now in range(1_790_000_000, 1_790_000_000 + 14 * shape.DAY, shape.HOUR // 2):
        at = now - decisions.BOUNCED_DAYS * shape.DAY
        for wait, hours in ((2, paths.CENTRE), (7, paths.OFFICE)) * 2:
            at = shape.opened(at + wait * shape.HOUR, *hours, fridays=hours == paths.CENTRE, chance=chance)
        assert at < now - 60, now


def test_the_same_seed_draws_the_same_days():
    assert shape.moments(50, Random(build.SEED), 1_790_000_000) == shape.moments(50, Random(build.SEED), 1_790_000_000)
