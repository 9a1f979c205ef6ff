"""The way in and out: one click in a demo, a password elsewhere, and nothing typed is lost on the way."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from bina.ground.city import invitations, people
from bina.ground.city.roles import ROLES, Role
from tests.doors.web.conftest import PASSWORD

Make = Callable[..., int]


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def signed_in_as(client: Client) -> int | None:
    found = client.session.get("_auth_user_id")
    return int(found) if found else None


# A demo's entrance.


@pytest.mark.usefixtures("demo_city")
def test_a_demo_shows_its_people_by_role_and_says_that_it_is_made_up(client: Client, person: Make) -> None:
    person("sabeti", Role.OPERATOR, name="مریم ثابتی")
    person("karimi", Role.UNIT_HEAD, name="ایرج کریمی")
    for name in ("one", "two"):
        person(name, Role.FOLLOWUP_EXPERT)
    page = text(client.get("/"))
    assert "این شهر ساختگی است" in page
    assert "مریم ثابتی" in page
    assert ROLES[Role.UNIT_HEAD].does in page
    assert "۱ کارشناس پیگیری دیگر" in page
    assert ROLES[Role.INSPECTOR].fa not in page  # nobody holds it


@pytest.mark.usefixtures("demo_city")
def test_one_click_signs_in_and_another_changes_the_person(client: Client, person: Make) -> None:
    operator, head = person("sabeti", Role.OPERATOR), person("karimi", Role.UNIT_HEAD)
    assert client.post("/enter", {"person": operator}).status_code == 302
    assert signed_in_as(client) == operator
    client.post("/enter", {"person": head})
    assert signed_in_as(client) == head
    assert client.get("/home").status_code == 200


@pytest.mark.usefixtures("demo_city")
@pytest.mark.parametrize("nobody", ["", "0", "999999", "x", "۱", "1' or '1'='1", "9" * 400])
def test_nobody_can_be_stepped_into(client: Client, nobody: str) -> None:
    assert client.post("/enter", {"person": nobody}).status_code == 404
    assert signed_in_as(client) is None


@pytest.mark.usefixtures("real_city")
def test_a_real_city_has_no_such_door(client: Client, person: Make) -> None:
    operator = person("sabeti", Role.OPERATOR)
    assert client.post("/enter", {"person": operator}).status_code == 404
    assert signed_in_as(client) is None
    page = text(client.get("/"))
    assert "ساختگی" not in page
    assert 'href="/sign-in"' in page
    assert client.get("/components").status_code == 302


# Sign-in.


@pytest.fixture
def operator(real_city: None, person: Make) -> int:
    return person("sabeti", Role.OPERATOR, password=PASSWORD)


def try_in(client: Client, password: str = PASSWORD, **more: str) -> object:
    return client.post("/sign-in", {"username": "sabeti", "password": password, **more})


def test_a_password_is_read_with_any_digits_and_leads_on(client: Client, operator: int) -> None:
    typed = PASSWORD.replace("1405", "۱۴۰۵")
    response = try_in(client, typed, next="/home?x=1")
    assert response["Location"] == "/home?x=1"  # type: ignore[index]
    assert signed_in_as(client) == operator


@pytest.mark.parametrize(
    ("username", "password"), [("sabeti", "wrong"), ("nobody", PASSWORD), ("", ""), ("x" * 5000, "\x00")]
)
def test_every_failure_has_the_same_sentence(client: Client, operator: int, username: str, password: str) -> None:
    response = client.post("/sign-in", {"username": username, "password": password})
    assert response.status_code == 422
    assert "نام کاربری یا گذرواژه درست نیست." in text(response)
    assert signed_in_as(client) is None


def test_too_many_failures_are_held_off_even_with_the_right_password(client: Client, operator: int) -> None:
    for _ in range(8):
        try_in(client, "wrong")
    response = try_in(client)
    assert response.status_code == 429  # type: ignore[attr-defined]
    assert signed_in_as(client) is None


def test_someone_who_left_cannot_come_in(client: Client, operator: int) -> None:
    found = people.person(operator)
    assert found is not None
    found.is_active = False
    found.save()
    try_in(client)
    assert signed_in_as(client) is None


def test_signing_out_is_a_press_and_empties_the_browser(client: Client, operator: int) -> None:
    try_in(client)
    assert client.get("/sign-out").status_code == 405
    response = client.post("/sign-out")
    assert response["Clear-Site-Data"] == '"cache"'
    assert signed_in_as(client) is None


def test_a_new_sign_in_has_a_new_session(client: Client, operator: int) -> None:
    client.get("/sign-in")
    client.session.save()
    before = client.session.session_key
    try_in(client)
    assert client.session.session_key != before


def test_a_form_sent_after_the_sign_in_ended_comes_back(client: Client, operator: int) -> None:
    words = 'چاله <b>بزرگ</b> "روبه‌روی" نانوایی'
    refused = client.post("/draft/desk", {"words": words, "key": "k-1", "more": ["یک", "دو"]})
    assert refused.status_code == 401
    found = re.search(r'name="kept" value="([^"]+)"', text(refused))
    assert found
    shown = text(try_in(client, kept=found[1]))
    assert 'action="/draft/desk"' in shown
    assert "چاله &lt;b&gt;بزرگ&lt;/b&gt; &quot;روبه‌روی&quot; نانوایی" in shown
    assert shown.count('name="more"') == 2
    assert 'name="key" value="k-1"' in shown


def test_what_was_kept_cannot_be_made_up(client: Client, operator: int) -> None:
    assert try_in(client, kept="eyJ0byI6Ii8ifQ:forged:forged")["Location"] == "/"  # type: ignore[index]


# The first administrator.


@pytest.fixture
def link(real_city: None, person: Make) -> str:
    return f"/first/{invitations.make(person('admin', Role.ADMIN, name='مدیر'))}"


def test_the_first_link_sets_a_password_and_is_then_worth_nothing(client: Client, link: str) -> None:
    assert "مدیر، خوش آمدید" in text(client.get(link))
    assert client.post(link, {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert signed_in_as(client)
    again = Client().get(link)
    assert again.status_code == 404
    assert "این پیوند به کار نمی‌آید" in text(again)
    fresh = Client()
    fresh.post("/sign-in", {"username": "admin", "password": PASSWORD})
    assert signed_in_as(fresh)


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("کوتاه", "کوتاه", "گذرواژه کوتاه است"),
        ("password123", "password123", "این گذرواژه را همه حدس می‌زنند"),
        (PASSWORD, "چیز دیگری", "این دو یکی نیستند"),
        ("", "", "گذرواژه را بنویسید."),
        ("x" * 300, "x" * 300, "گذرواژه بلندتر از ۲۰۰ نویسه است."),
    ],
)
def test_a_poor_password_is_refused_with_the_reason(
    client: Client, link: str, password: str, again: str, sentence: str
) -> None:
    response = client.post(link, {"password": password, "again": again})
    assert response.status_code == 422
    assert sentence in text(response)


@pytest.mark.parametrize("forged", ["1-abc", "x", "-", "99999-c0ffee-00"])
def test_a_forged_link_is_worth_nothing(client: Client, link: str, forged: str) -> None:
    assert client.get(f"/first/{forged}").status_code == 404


# Drafts.


def test_a_draft_is_kept_survives_sign_out_and_is_nobody_elses(client: Client, operator: int, person: Make) -> None:
    from bina.doors.web import drafts

    try_in(client)
    client.post("/draft/desk", {"typed": '{"words": ["چاله"]}'})
    assert client.session[drafts.SHELF] == {"desk": {"words": ["چاله"]}}
    client.post("/sign-out")
    assert drafts.SHELF not in client.session
    person("other", Role.OPERATOR, password=PASSWORD)
    client.post("/sign-in", {"username": "other", "password": PASSWORD})
    assert drafts.SHELF not in client.session
    client.post("/sign-out")
    try_in(client)
    assert client.session[drafts.SHELF] == {"desk": {"words": ["چاله"]}}


@pytest.mark.parametrize("typed", ["", "[]", "{", '{"words": "چاله"}' + " " * 100_001])
def test_a_draft_that_cannot_be_read_is_refused(client: Client, operator: int, typed: str) -> None:
    try_in(client)
    assert client.post("/draft/desk", {"typed": typed}).status_code == 422
