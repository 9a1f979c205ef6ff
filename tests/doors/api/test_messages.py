"""A gateway tells of citizens' messages over the API: with its scope, once, in any spelling of the number."""

from __future__ import annotations

import pytest

from bina.flow.dialogue.models import Incoming
from tests.doors.api.api import Caller, make_key, problem
from tests.flow.cast import new, reported, row
from tests.hostile import BODIES, TEXTS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
YES = {"id": "kannel-7", "number": "۰۹۹۹ ۰۰۰ ۰۱۳۷", "text": "۱"}


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")


@pytest.fixture
def gateway():
    return Caller(make_key("message"))


def test_a_yes_closes_the_case_once(gateway):
    case_id = reported("done")
    answer = gateway.post("/messages", YES)
    assert answer.status_code == 200, answer.content
    assert answer.json()["did"] == "confirm"
    seq = row(case_id).seq
    assert row(case_id).outcome == "confirmed"
    assert gateway.post("/messages", YES).json() == answer.json()
    assert row(case_id).seq == seq
    assert Caller(make_key("message")).post("/messages", YES).json()["did"] == "help", "another gateway's own name"


def test_it_moves_no_case_of_another_number(gateway):
    case_id = reported("done")
    assert gateway.post("/messages", YES | {"number": "09120000999"}).json()["did"] == "unknown"
    assert row(case_id).state == "reported"


def test_without_the_scope_or_the_key_nothing_comes_in(gateway):
    others = ("read", "register", "contact", "call", "as:citizen")
    problem(Caller(make_key(*others)).post("/messages", YES), 403, "scope")
    problem(Caller(None).post("/messages", YES), 401, "no-key")
    problem(gateway.post("/messages", YES, key=None), 400)
    assert Incoming.objects.count() == 0


@pytest.mark.parametrize(
    "wrong", [{"number": "x"}, {"number": ""}, {"id": ""}, {"id": "a\0"}, {"text": "a\0"}, {"text": "x" * 5001},
              {"id": None}, {"text": None}, {"text": 1}]
)  # fmt: skip
def test_what_is_no_message_is_refused(gateway, wrong):
    problem(gateway.post("/messages", YES | wrong), 422)
    assert Incoming.objects.count() == 0


def test_whatever_is_written_is_taken_in_or_refused_in_words(gateway):
    new()
    for name, text in TEXTS.items():
        answer = gateway.post("/messages", {**YES, "id": name, "text": text})
        assert answer.status_code in (200, 422), (name, answer.content)


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_message_is_a_problem(gateway, name):
    answer = gateway.post("/messages", raw=BODIES[name])
    assert 400 <= answer.status_code < 500, (name, answer.status_code)
    problem(answer, answer.status_code)
