"""Bad input at every operation: a problem with its sentence, never a fault of ours, nothing half written."""

from __future__ import annotations

import json
import time
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from bina.flow.cases.facts import BY_FACT, FACTS, GIVEN
from bina.flow.cases.models import Case
from bina.flow.cases.moves import BY_VERB, MOVES, State
from tests.doors.api.api import NEW, Caller, make_key, problem
from tests.doors.every_form import undone
from tests.flow.cases.test_given import everywhere
from tests.flow.cast import in_progress, new, reported, row
from tests.hostile import BODIES, CODES, KINDS, POINTS, TEXTS, text, value

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
VERBS = [m.verb for m in MOVES] + [f.verb for f in FACTS]
SLOW = 2.0  # seconds after which an answer counts as a hang


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")
    monkeypatch.setattr("bina.doors.api.clients.address_within", lambda request, per_minute: None)


@pytest.fixture
def caller():
    return Caller(make_key())


def writes(code: str) -> list[str]:
    """Every address that is written to, of a case that is there."""
    return [
        "/requests",
        f"/requests/{code}/contacts",
        *(f"/requests/{code}/moves/{v}" for v in ("refer", "note", "hold")),
    ]


def sound(answer: Any, told: object) -> None:
    """An answer as it must be whatever was sent."""
    assert answer.status_code < 500, (told, answer.content.decode()[:300])
    if answer.status_code >= 400:
        problem(answer, answer.status_code)


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_request_is_a_problem(caller, name):
    code = row(new().case_id).code
    before = Case.objects.count()
    for path in writes(code):
        with undone():
            answer = caller.post(path, raw=BODIES[name])
            assert answer.status_code in (200, 400, 404, 409, 413, 415, 422), (path, answer.status_code)
            sound(answer, (path, name))
    assert Case.objects.count() == before


def test_ten_megabytes_are_too_large(caller):
    for path in writes(row(new().case_id).code):
        problem(caller.post(path, raw=BODIES["10 MB"]), 413, "too-large")


@pytest.mark.parametrize("kind", KINDS)
def test_another_content_type_is_a_problem(caller, kind):
    code = row(new().case_id).code
    for path in (*writes(code), f"/requests/{code}/photos"):
        with undone():
            head = caller.head | {"Idempotency-Key": "sixteen-letters-or-more"}
            answer = caller.client.generic("POST", f"/api/v1{path}", json.dumps(NEW), content_type=kind, headers=head)
            sound(answer, (path, kind))
    if not kind.startswith("application/json"):
        answer = caller.client.generic("POST", "/api/v1/requests", json.dumps(NEW), content_type=kind, headers=head)
        problem(answer, 415, "content-type")


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_field_takes_every_text(caller, name):
    code = row(in_progress()).code
    sent = TEXTS[name]
    for field in NEW:
        with undone():
            sound(caller.post("/requests", NEW | {field: sent}), (field, name))
    with undone():
        sound(caller.post("/requests", NEW | {"answers": {sent[:40]: sent[:500]}, "outside_ref": sent[:40]}), name)
        sound(caller.post(f"/requests/{code}/contacts", {"kind": "question", "words": sent, "name": sent[:500]}), name)
        sound(caller.move(code, "note", sent), name)
        sound(caller.move(code, "return", sent, reason=sent[:500], proposed_unit=sent[:500]), name)
        sound(caller.get("/requests", q=sent[:300], subject=sent[:60], unit=sent[:60], after=sent[:60]), name)


def test_what_is_kept_of_an_odd_text_is_clean(caller):
    code = caller.register(words="چا\0له\u202e \u2066كتاب\u2069 ي\x07 ۱۲٣", address="خيابان\u202e ۱۲")
    case = caller.get(f"/requests/{code}").json()
    assert "\u202e" not in case["address"]
    from bina.flow.cases.models import Contact

    kept = Contact.objects.get(case_id=Case.objects.get(code=code).pk).words
    assert not {"\0", "\u202e", "\u2066", "\x07"} & set(kept)
    assert "کتاب" in kept


@pytest.mark.parametrize("name", CODES)
def test_an_unknown_code_is_not_found(caller, name):
    code = quote(CODES[name], safe="%")
    for path in ("", "/history", "/moves"):
        answer = caller.get(f"/requests/{code}{path}")
        assert answer.status_code in (404, 200) if name == "empty" else answer.status_code == 404, path
    for path in ("/contacts", "/moves/note", "/photos"):
        answer = caller.post(f"/requests/{code}{path}", {"kind": "question", "words": "x"})
        assert 400 <= answer.status_code < 500
    assert 400 <= caller.get(f"/track/{code}").status_code < 500


def test_every_wrong_point_is_named(caller):
    for name, (lat, lon) in POINTS.items():
        try:
            sent = {"lat": float(lat), "lon": float(lon)}
        except ValueError:
            continue
        if name == "digits":
            continue
        raw = json.dumps(NEW | sent).encode()  # NaN and Infinity as Python and browsers' older libraries write them
        assert caller.post("/requests", raw=raw).status_code in (400, 422), name


def test_the_wrong_way_of_calling_is_a_problem(caller):
    code = row(new().case_id).code
    for method, path in (("PUT", "/requests"), ("DELETE", f"/requests/{code}"), ("PATCH", f"/requests/{code}"),
                         ("POST", f"/requests/{code}"), ("GET", f"/requests/{code}/contacts"), ("TRACE", "/requests"),
                         ("POST", "/subjects"), ("BREW", "/requests")):  # fmt: skip
        answer = caller.client.generic(
            method, f"/api/v1{path}", b"{}", content_type="application/json", headers=caller.head
        )
        problem(answer, 405)
        assert answer.headers["Allow"]
    answer = caller.get("/nothing/here")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(("where", "body", "field"), [
    ("contacts", {"kind": "similar", "reason": "٪نیست"}, "reason"),
    ("moves/withdraw", {"words": "متن", "given": {"contact": "سلام۰"}}, "contact"),
    ("moves/withdraw", {"given": {}}, "contact"),
    ("moves/report", {"words": "شد", "given": {"finding": "nothing_found", "done_at": "دیروز"}}, "done_at"),
])  # fmt: skip
def test_a_value_of_another_kind_is_named(caller, where, body, field):
    """What has once been a fault: a text where a number or a word of a list belongs."""
    answer = caller.post(f"/requests/{row(in_progress('0601')).code}/{where}", body)
    assert field in problem(answer, 422)["errors"]


def test_any_kind_in_any_place_of_any_move_is_a_problem_or_done(caller):
    """Every verb with every name of its own and two of others, in the state where it gets furthest."""
    codes = {state: row(case_id).code for state, case_id in everywhere().items()}
    for verb in (*BY_VERB, *BY_FACT):
        before = BY_VERB[verb].before if verb in BY_VERB else (State.IN_PROGRESS,)
        code = next((codes[state] for state in before if state in codes), codes[State.IN_PROGRESS])
        for name in {*GIVEN[verb], "review_at", "subject"}:
            for odd in ([-1], True, -1, 2**52, 1.5, "چرت"):
                wish = {"words": "متن", "given": {"unit": "MHD-03/D-TECH"} | {name: odd}}
                with undone():
                    sound(caller.post(f"/requests/{code}/moves/{verb}", wish), (verb, name, odd))


def test_hostile_calls_by_chance(caller, size):
    """Seeded, in process: no fault, no hang, every answer JSON, whatever stands in whatever field."""
    chance = Random(137)
    codes = [row(one).code for one in (new().case_id, in_progress(), reported())]
    for number in range(size(4_000, 180_000)):
        path, body = _call(chance, codes)
        raw = json.dumps(body).encode() if chance.random() < 0.97 else _broken(chance, json.dumps(body).encode())
        begun = time.monotonic()
        with undone():
            answer = caller.post(path, raw=raw, key=f"{number:016d}") if body is not None else caller.get(path)
        assert time.monotonic() - begun < SLOW, (path, raw[:300])
        sound(answer, (path, raw[:600]))
        json.loads(answer.content)
    assert not connection.needs_rollback


def _call(chance: Random, codes: list[str]) -> tuple[str, Any]:
    code = chance.choice(codes) if chance.random() < 0.9 else quote(text(chance)[:50], safe="")
    kind = chance.random()
    if kind < 0.35:
        return "/requests", NEW | {
            chance.choice((*NEW, "lat", "lon", "answers", "outside", "hazard", "lang")): value(chance)
        }
    if kind < 0.5:
        sent = {"kind": "recontact", "reason": "no_news", "words": "x", "name": "x", "phone": None, "tell_by": "none"}
        return f"/requests/{code}/contacts", sent | {chance.choice(list(sent)): value(chance)}
    if kind < 0.9:
        given = {chance.choice(_GIVEN): value(chance) for _ in range(chance.randrange(4))}
        return f"/requests/{code}/moves/{chance.choice(VERBS)}", {
            "words": value(chance) if chance.random() < 0.2 else "متن", "given": given,
        }  # fmt: skip
    name = chance.choice(("q", "state", "district", "subject", "unit", "after", "limit"))
    return f"/requests?{name}={quote(text(chance)[:300], safe='')}", None


_GIVEN = (
    "unit", "reason", "proposed_unit", "constraint", "review_at", "hold", "body", "finding", "contact", "into", "why",
    "reference", "due_at", "kind", "subject", "lat", "lon", "address", "district", "stage", "files", "result", "job",
    "crew", "plan_at", "rest_at", "word_at", "next_news_at", "means", "quantity", "referral", "passed",
)  # fmt: skip


def _broken(chance: Random, raw: bytes) -> bytes:
    at = chance.randrange(len(raw))
    return raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :]
