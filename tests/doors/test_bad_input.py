"""Bad input at every form: a sentence and the field, nothing typed lost, never a fault of ours."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest

from tests.doors import every_form
from tests.doors.every_form import Form, browser, shown, undone
from tests.doors.oversight_forms import oversight_forms
from tests.doors.unit_forms import unit_forms
from tests.doors.work_forms import work_forms
from tests.hostile import CODES, DAYS, MARK, POINTS, SCRIPT, TEXTS, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
PERSIAN = re.compile("[\u0600-\u06ff]{2}")


@pytest.fixture(autouse=True)
def _free(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")
    monkeypatch.setattr("bina.doors.web.citizen_limits.too_many", lambda *given: None)


def all_forms() -> list[Form]:
    return [
        *every_form.citizen_forms(), *every_form.centre_forms(), *every_form.staff_forms(), *every_form.admin_forms(),
        *unit_forms(), *oversight_forms(), *work_forms(),
    ]  # fmt: skip


def faults(form: Form, name: str, value: str, answer: Any) -> list[str]:
    """What is wrong with an answer to something hostile in one field."""
    where = f"{form.name}.{name}: {answer.status_code} to {value[:40]!r}"
    body = answer.content.decode()
    wrong = []
    if answer.status_code >= 500 or answer.status_code not in (200, 302, 400, 401, 403, 404, 409, 413, 422, 429):
        wrong.append(f"{where} is no answer")
    if SCRIPT in body or 'onmouseover="alert' in body:
        wrong.append(f"{where} gives a script back unescaped")
    if answer.status_code >= 400 and not PERSIAN.search(body) and "json" not in answer.headers["Content-Type"]:
        wrong.append(f"{where} says nothing in Persian")
    if answer.status_code in (409, 422) and "json" not in answer.headers["Content-Type"]:
        lost = [n for n in form.free if n != name and shown(form.typed[n]) not in body]
        wrong += [f"{where} loses what was typed in {n}" for n in lost]
    return wrong


def test_every_form_is_here():
    from bina.doors.web.deeds import FORMS

    names = {form.name for form in all_forms()}
    assert FORMS.keys() - names == set(), "verbs without a form in tests/doors/every_form.py"


def test_well_filled_they_are_accepted():
    """Else the tests below would prove nothing but that everything is refused."""
    answers = {form.name: form.send().status_code for form in all_forms()}
    refused = {name: status for name, status in answers.items() if status not in (200, 302)}
    assert refused.keys() <= {"sign-in", "citizen photo", "photo", "enter"}, refused


def test_every_field_of_every_form_takes_everything(size):
    """Short: each value goes to a field of some forms, in turn; --long: each value to each field."""
    wrong = []
    values = [*TEXTS.values(), *DAYS.values(), *CODES.values()]
    for at, form in enumerate(all_forms()):
        for number, value in enumerate(values):
            names = list(form.typed)
            turn = (number + at) % 9 == 0
            chosen = names[(number // 9) % len(names) :][:1] if names and turn else []
            for name in size(chosen, names):
                wrong += faults(form, name, value, form.send(**{name: value}))
    assert wrong == [], "\n".join(wrong)


def test_a_field_left_out_or_sent_twice_is_no_fault():
    wrong = []
    for form in all_forms():
        for name in form.typed:
            left = {k: v for k, v in form.typed.items() if k != name}
            with undone():
                wrong += faults(form, name, "(absent)", form.client.post(form.address, left))
            wrong += faults(form, name, "(twice)", form.send(**{name: ["a", "b"]}))
        wrong += faults(form, "-", "(nothing)", form.client.post(form.address))
    assert [w for w in wrong if "loses" not in w] == []


def test_what_was_typed_comes_back_escaped_when_another_field_is_wrong():
    wrong_by = {"new": "phone", "desk": "phone", "dispute": "reason", "recontact": "reason", "return": "reason",
                "hold": "review_at", "follow_up": "means", "side_opened": "unit", "hand_over": "unit",
                "split": "subject",
                "answer": "next_news_at", "partly_done": "rest_at", "join": "reason", "called": "reason"}  # fmt: skip
    for form in all_forms():
        if form.name not in wrong_by:
            continue
        answer = form.send(words=MARK, **{wrong_by[form.name]: "نادرست ۷"})
        body = answer.content.decode()
        assert answer.status_code == 422, (form.name, answer.status_code)
        assert shown(MARK) in body, f"{form.name} loses what was typed"
        assert "<b>نشان</b>" not in body, form.name


@pytest.mark.parametrize("name", POINTS)
def test_a_wrong_place_is_told_by_its_field(name):
    lat, lon = POINTS[name]
    for form in (every_form.citizen_forms()[0], every_form.centre_forms()[0]):
        answer = form.send(lat=lat, lon=lon)
        if name == "digits":
            assert answer.status_code == 302, "degrees in Persian digits are degrees"
            continue
        body = answer.content.decode()
        assert answer.status_code == 422
        assert 'id="id_address-error"' in body or "field-bad" in body
        assert shown(form.typed["words"]) in body


@pytest.mark.parametrize("name", DAYS)
def test_a_wrong_day_is_told_by_its_field(name):
    hold = next(f for f in every_form.staff_forms() if f.name == "hold")
    answer = hold.send(review_at=DAYS[name])
    if name in ("leap day",):
        assert answer.status_code == 422, "past"
    assert answer.status_code == 422, (name, answer.status_code)
    assert "field-bad" in answer.content.decode()
    assert shown("متن درست") in answer.content.decode()


@pytest.mark.parametrize("name", CODES)
def test_an_unknown_code_is_a_sentence_everywhere(name):
    code = CODES[name]
    operator, head = browser("z.sabet"), browser("karimi")
    from urllib.parse import quote

    typed = quote(code, safe="%")
    for client, address in (
        (browser(), f"/track?code={typed}"), (browser(), f"/c/{typed}"), (browser(), f"/mine/{typed}"),
        (browser(), f"/reported/{typed}"), (operator, f"/desk/{typed}"), (head, f"/case/{typed}"),
        (head, f"/case/{typed}/presence"), (operator, f"/callback?case={typed}"), (head, f"/photo/{typed}"),
        (head, f"/find?q={typed}"), (browser("v.moghaddam"), f"/worklist?after={typed}&only={typed}&state={typed}"),
        (head, f"/inbox?after={typed}&only={typed}"), (browser("v.moghaddam"), f"/results?after={typed}"),
        (head, f"/inbox/{typed}/report"), (head, f"/inbox/crew?pick={typed}"), (head, f"/day?crew={typed}&day={typed}"),
        (head, f"/day/print?crew={typed}&day={typed}"), (browser("e.saeedi"), f"/crew?crew={typed}"),
        (browser("e.saeedi"), f"/crew/{typed}"),
        (browser("m.azimi"), f"/oversight?open={typed}&do={typed}&need={typed}&desk={typed}&after={typed}"),
        (browser("n.ghasemi"), f"/inspect?after={typed}"), (browser("n.ghasemi"), f"/inspect/{typed}"),
        (browser(), f"/first/{typed}"), (browser(), f"/assets/{typed}"), (browser(), f"/sign-in?next={typed}"),
    ):  # fmt: skip
        answer = client.get(address)
        assert answer.status_code in (200, 301, 302, 400, 404, 405, 422), (address, answer.status_code)
        assert (
            answer.status_code < 400
            or answer.status_code == 405
            or "/assets" in address
            or PERSIAN.search(answer.content.decode())
        )


def test_ten_megabytes_and_ten_thousand_fields_are_refused_by_a_page():
    for form in (every_form.citizen_forms()[0], every_form.centre_forms()[0]):
        for answer in (form.send(words="ب" * 5_000_000), form.send(**{f"f{n}": "1" for n in range(10_000)})):
            assert answer.status_code in (400, 413)
            assert "بزرگ‌تر از اندازه" in answer.content.decode()


def test_a_form_of_another_kind_is_refused_by_a_page():
    from tests.hostile import BODIES, KINDS

    for form in (every_form.citizen_forms()[0], every_form.centre_forms()[0]):
        for kind in KINDS:
            for body in (b"", b"\xff\xfe", b"--x\r\n\r\n", BODIES["deep"]):
                with undone():
                    answer = form.client.generic("POST", form.address, body, content_type=kind)
                assert answer.status_code in (400, 422), (kind, body[:9], answer.status_code)


def test_hostile_forms_by_chance(size):
    chance, every = Random(137), all_forms()
    for _ in range(size(400, 20_000)):
        form = chance.choice(every)
        typed = {n: text(chance) for n in form.typed if chance.random() < 0.5}
        answer = form.send(**typed)
        assert answer.status_code < 500, (form.name, typed)
        assert SCRIPT not in answer.content.decode(), (form.name, typed)
