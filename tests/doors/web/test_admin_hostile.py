"""The administrator's forms take everything that may be typed: a sentence, nothing lost, never a fault of ours."""

from __future__ import annotations

from random import Random

import pytest

from tests.doors.every_form import admin_forms, undone
from tests.doors.test_bad_input import faults
from tests.flow.cast import ready
from tests.hostile import CODES, DAYS, SCRIPT, TEXTS, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def test_well_filled_they_show_what_they_would_do():
    ready()
    at_once = ("admin propose", "admin link")  # they change nothing that anybody could miss
    for form in admin_forms():
        answer = form.send()
        assert answer.status_code == (302 if form.name in at_once else 200), (form.name, answer.status_code)
        assert form.name in at_once or 'name="sure"' in answer.content.decode(), form.name


def test_every_field_takes_everything(size):
    """Short: each value goes to one field in turn; --long: to every field."""
    ready()
    wrong = []
    values = [*TEXTS.values(), *DAYS.values(), *CODES.values()]
    for at, form in enumerate(admin_forms()):
        names = list(form.typed)
        for number, value in enumerate(values):
            chosen = [names[(number + at) % len(names)]] if (number + at) % 4 == 0 else []
            for name in size(chosen, names):
                wrong += faults(form, name, value, form.send(**{name: value}))
    assert wrong == [], "\n".join(wrong)


def test_a_number_that_nothing_has_is_no_fault():
    ready()
    client = admin_forms()[0].client
    for where in ("people/{}", "people/{}/right", "rights/{}/end", "units/{}", "desks/{}", "holders/{}/end",
                  "profiles/{}/end", "closures/{}/revoke", "holidays/{}/confirm", "coming/{}"):  # fmt: skip
        for number in (0, 10**9, 10**30):
            assert client.get("/admin/" + where.format(number)).status_code == 404, (where, number)
    for where in ("subjects/9999", "subjects/%00", "hours/nothing", "hours/%00", "holidays/1/maybe"):
        assert client.get("/admin/" + where).status_code in (400, 404), where


def test_fields_left_out_and_doubts_about_the_confirmation(size):
    ready()
    chance = Random(137)
    for form in admin_forms():
        for name in form.typed:
            left = {k: v for k, v in form.typed.items() if k != name}
            with undone():
                assert form.client.post(form.address, left).status_code < 500, (form.name, name)
        for doubt in ({"sure": "x"}, {"seen": "x" * 300}, {"seen": text(chance), "sure": text(chance)}):
            answer = form.send(**doubt)
            assert answer.status_code in (200, 302, 409, 422), (form.name, doubt)
            assert SCRIPT not in answer.content.decode()
