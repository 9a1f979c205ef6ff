"""The whole table of moves over JSON: every one of them done once, each refused out of its turn with a sentence."""

from __future__ import annotations

import pytest

from bina.flow.cases.models import Case
from bina.flow.cases.moves import BY_VERB, MOVES
from bina.ground.sla import clock
from tests.doors.api.api import Caller, make_key, problem
from tests.flow.cast import photograph, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
TECH, SERV = "MHD-03/D-TECH", "MHD-03/D-SERV"


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")


@pytest.fixture
def caller():
    return Caller(make_key())


def done(answer, state):
    assert answer.status_code == 200, answer.content.decode()
    assert answer.json()["state"] == state, answer.json()
    return answer.json()


def later(days=9):
    return int(clock.now().timestamp()) + days * 86400


def number(code):
    return Case.objects.get(code=code).pk


def test_every_move_of_the_table_in_the_lives_of_a_few_requests(caller):
    used = {"register"}

    def go(code, verb, state, words=None, as_=caller, **given):
        used.add(verb)
        return done(as_.move(code, verb, words, **given), state)

    code = caller.register()
    go(code, "refer", "referred", "ببینید", unit=TECH)
    go(code, "return", "registered", reason="not_ours", proposed_unit=SERV)
    go(code, "refer", "referred", "با شماست", unit=SERV)
    go(code, "accept", "in_progress", "با کشیک گفتگو شد")
    seq = go(code, "hold", "waiting", "لوله", constraint="UTILITY_FIRST", review_at=later(), body="WATER")["seq"]
    holds = Case.objects.get(code=code).more["holds"]
    assert holds[0]["seq"] <= seq
    go(code, "release", "in_progress", hold=holds[0]["seq"])
    photograph(number(code))
    go(code, "report", "reported", "انجام شد", finding="done")
    go(code, "send_back", "in_progress", "عکس تار است")
    go(code, "report", "reported", "انجام شد", finding="done")
    go(code, "dispute", "referred", "نشده", reason="not_done")
    go(code, "accept", "in_progress", "با کشیک گفتگو شد")
    go(code, "report", "reported", "اکنون شد", finding="done")
    checked(caller, code)
    assert go(code, "confirm", "closed")["outcome"] == "confirmed"
    go(code, "reopen", "referred", as_=Caller(make_key("read", "as:supervisor")), reason="new_evidence")

    other = caller.register()
    assert go(other, "merge", "closed", into=code)["outcome"] == "merged"
    proposed = caller.register()
    second = Caller(make_key())  # a decision needs another's proposal
    done(caller.move(proposed, "decline_proposed", "دیوار مشترک", reason="private_dispute"), "registered")
    assert go(proposed, "decline", "closed", "شدنی نیست", as_=second)["outcome"] == "declined"
    given = caller.register()
    assert go(given, "hand_over", "closed", "با آبفا", unit="WATER", reference="123")["outcome"] == "handed_over"
    gone = caller.register()
    [contact] = contacts(gone)
    assert go(gone, "withdraw", "closed", contact=contact)["outcome"] == "withdrawn"
    assert {move.verb for move in MOVES} - used == {"close_unheard"}, "only the clock closes what nobody answered"
    assert problem(caller.move(code, "close_unheard"), 404)


def checked(caller, code):
    if "checked" not in Case.objects.get(code=code).more:
        done(caller.move(code, "acknowledged", why="result_checked"), "reported")


def contacts(code):
    from bina.flow.cases.models import Contact

    return list(Contact.objects.filter(case_id=number(code)).values_list("id", flat=True))


def test_every_move_out_of_its_turn_is_refused_with_a_sentence(caller):
    code = caller.register()
    for verb, move in BY_VERB.items():
        if None in move.before or "registered" in move.before:
            continue
        given = (
            {"constraint": "UTILITY_FIRST", "review_at": later(), "body": "WATER"} if verb == "hold" else {"hold": 1}
        )
        told = problem(caller.move(code, verb, "x", **given), 404 if verb == "close_unheard" else 409)
        assert len(told["detail"]) > 20, verb
    possible = {m["verb"]: m for m in caller.get(f"/requests/{code}/moves").json()}
    assert possible.keys() == BY_VERB.keys() - {"register"}
    assert possible["refer"]["possible"]
    assert not possible["accept"]["possible"]
    assert "ارجاع‌شده" in possible["accept"]["why"]


def test_a_stale_number_is_a_conflict_and_nothing_is_overwritten(caller):
    code = caller.register()
    done(caller.move(code, "refer", "ببینید", seq=1, unit=TECH), "referred")
    told = problem(caller.move(code, "refer", "نه، شما", seq=1, unit=SERV), 409, "stale")
    assert told["seq"] == Case.objects.get(code=code).seq
    assert Case.objects.get(code=code).unit_id == unit(TECH).id


def test_a_move_sent_twice_is_done_once(caller):
    code = caller.register()
    sent = {"words": "ببینید", "given": {"unit": TECH}}
    first = caller.post(f"/requests/{code}/moves/refer", sent, key="one-and-the-same-key")
    again = caller.post(f"/requests/{code}/moves/refer", sent, key="one-and-the-same-key")
    assert first.json() | {"again": True} == again.json()
    other = caller.post(f"/requests/{code}/moves/refer", sent | {"words": "نه"}, key="one-and-the-same-key")
    problem(other, 422, "key-reused")
    problem(caller.post(f"/requests/{code}/moves/refer", sent, key=None), 400, "key-missing")


@pytest.mark.parametrize(
    "verb",
    [
        "register",
        "contact",
        "fly",
        "erase",
        "notified",
        "escalated",
        "photo",
        "erased",
        "credit_freed",
        "x" * 300,
        "refer\0",
    ],
)
def test_what_is_no_move_for_a_key_is_not_found(caller, verb):
    code = caller.register()
    problem(caller.move(code, verb.replace("\0", "%00")), 404)


@pytest.mark.parametrize(
    "given",
    [{"by": "supervisor"}, {"actor": "p:1"}, {"at": 5}, {"origin": "import"}, {"seq": 1}, {"verb": "x"}, {"key": "x"},
     {"unit": 10**15}, {"unit": True}, {"unit": "none"}, {"unit": "a\0"}, {"unit": [1, 2]}, {}, {"unit": -1},
     {"channel": "phone"}, {"case_id": 5}],
)  # fmt: skip
def test_nobody_speaks_as_another_and_nonsense_is_named(caller, given):
    code = caller.register()
    answer = caller.post(f"/requests/{code}/moves/refer", {"words": "x", "given": given})
    assert problem(answer, 422, "invalid")["errors"]
    assert Case.objects.get(code=code).seq == 1


def test_every_fact_with_nonsense_is_refused_not_broken(caller):
    from bina.flow.cases.facts import FACTS

    code = caller.register()
    for fact in FACTS:
        for given in (
            {},
            {"due_at": 2**52},
            {"x": 1},
            {"hold": 999},
            {"files": [1]},
            {"contact": 10**9, "reason": "z"},
        ):
            answer = caller.post(f"/requests/{code}/moves/{fact.verb}", {"given": given})
            assert answer.status_code in (200, 404, 409, 422), (fact.verb, given, answer.status_code)
            if answer.status_code != 200:
                problem(answer, answer.status_code)


def test_subject_and_place_are_put_right_by_code_and_point(caller):
    code = caller.register()
    done(caller.move(code, "change_subject", subject="0601"), "registered")
    done(caller.move(code, "correct_place", lat=36.3167, lon=59.6389, address="طبرسی ۱۴"), "registered")
    case = caller.get(f"/requests/{code}").json()
    assert (case["subject"], case["lat"], case["address"]) == ("0601", 36.3167, "طبرسی ۱۴")
    problem(caller.move(code, "change_subject", subject="9999"), 422)
    problem(caller.move(code, "change_subject", subject=5, priority=1), 422)
    problem(caller.move(code, "correct_place", lat=59.6, lon=36.3), 422)
    problem(caller.move(code, "correct_place", lat="x"), 422)
