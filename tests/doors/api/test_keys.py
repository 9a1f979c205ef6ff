"""Who may call: a key that stands, with the scope, for its district, unit and sensitivity; everybody else is told."""

from __future__ import annotations

import pytest

from tests.doors.api.api import NEW, Caller, end_key, make_key, problem
from tests.flow.cast import new, referred, row, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
READS = ("/requests", "/requests/{code}", "/requests/{code}/history", "/requests/{code}/moves")
WRITES = ("/requests", "/requests/{code}/contacts", "/requests/{code}/photos", "/requests/{code}/moves/note")


@pytest.mark.parametrize("key", [None, "wrong", "x" * 500, "کلید", "a b", "\x01"])
def test_without_a_known_key_nothing_opens(key):
    code, caller = row(new().case_id).code, Caller(None)
    caller.head = {"X-API-Key": key} if key else {}
    for path in READS:
        assert problem(caller.get(path.format(code=code)), 401, "no-key")
    for path in WRITES:
        answer = caller.post(path.format(code=code), NEW)
        assert problem(answer, 401, "no-key")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_works_in_either_header():
    key, caller = make_key("read"), Caller(None)
    caller.head = {"X-API-Key": key}
    assert caller.get("/requests").status_code == 200
    assert Caller(key).get("/requests").status_code == 200


def test_an_ended_key_registers_nothing_though_it_was_known_a_moment_ago():
    key = make_key()
    caller = Caller(key)
    caller.register()
    end_key(key)
    assert problem(caller.post("/requests", NEW), 401)


def test_an_ended_key_moves_nothing_though_it_was_known_a_moment_ago():
    key = make_key()
    caller = Caller(key)
    code = caller.register()
    end_key(key)
    before = row_of(code).seq
    assert problem(caller.move(code, "note", "به یاد باشد"), 401)
    assert row_of(code).seq == before


def row_of(code):
    from bina.flow.cases.models import Case

    return Case.objects.get(code=code)


def test_a_key_without_the_scope_is_refused():
    code = row(new().case_id).code
    reader, writer = Caller(make_key("read")), Caller(make_key("register"))
    for path in WRITES[:2]:
        assert problem(reader.post(path.format(code=code), NEW | {"kind": "question"}), 403, "scope")
    for path in READS:
        assert problem(writer.get(path.format(code=code)), 403, "scope")
    assert problem(reader.move(code, "refer", "ببینید", unit="MHD-03/D-TECH"), 404)


def test_another_district_unit_or_sensitivity_looks_like_nothing():
    code = row(referred()).code
    here, there = Caller(make_key(district="MHD-03")), Caller(make_key(district="MHD-02"))
    assert here.get(f"/requests/{code}").status_code == 200
    assert problem(there.get(f"/requests/{code}"), 404, "not-found")
    assert there.get("/requests").json()["items"] == []
    assert problem(there.move(code, "note", "x"), 404)
    mine = Caller(make_key(unit_id=unit("MHD-03/D-TECH").id))
    theirs = Caller(make_key(unit_id=unit("MHD-03/D-SERV").id))
    assert mine.get(f"/requests/{code}").status_code == 200
    assert problem(theirs.get(f"/requests/{code}"), 404)


def test_a_sensitive_case_needs_a_key_that_may_see_it():
    from bina.ground.catalogue import subjects

    hushed = next(s for s in subjects.all() if s.sensitivity == 2)
    code = row(new(hushed.code).case_id).code
    low, high = Caller(make_key(sensitivity=0)), Caller(make_key(sensitivity=2))
    assert high.get(f"/requests/{code}").status_code == 200
    for path in READS[1:]:
        assert problem(low.get(path.format(code=code)), 404)
    assert low.get("/requests").json()["items"] == []
    assert Caller(None).get(f"/track/{code}").json()["subject"] == "", "its subject is told to nobody by the code alone"


def test_a_key_over_its_rate_is_told_when_to_come_again():
    from bina.flow.cases import clients

    key = clients.make(name="تند", scopes=("read",), rate_per_minute=60)
    answers = [Caller(key).get("/requests") for _ in range(30)]
    late = next(a for a in answers if a.status_code == 429)
    assert problem(late, 429, "rate")
    assert int(late.headers["Retry-After"]) >= 1
