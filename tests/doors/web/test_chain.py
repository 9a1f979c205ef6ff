"""What every answer carries: headers, a language, and for the API nothing it does not need."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from bina.doors.web.audience import audience
from bina.doors.web.chain import Chain
from bina.flow.cases.errors import Invalid, NotAllowed, Refused, Stale


@pytest.mark.usefixtures("real_city")
def test_a_page_carries_its_headers(client: Client) -> None:
    response = client.get("/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=(self)" in response["Permissions-Policy"]
    assert response["Cache-Control"] == "private, no-cache"
    assert response["Content-Language"] == "fa"


def test_the_api_passes_straight_through() -> None:
    seen: list[HttpRequest] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse("[]")

    response = Chain(answer)(RequestFactory().post("/api/v1/cases", "{}", content_type="application/json"))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies
    assert not hasattr(seen[0], "session")
    assert not hasattr(seen[0], "user")


@pytest.mark.usefixtures("real_city")
def test_cookies_carry_the_installations_mark(client: Client) -> None:
    client.get("/sign-in")
    names = set(client.cookies)
    assert names
    mark = settings.SESSION_COOKIE_NAME.rpartition("_")[2]
    assert len(mark) == 8
    assert all(name.endswith(mark) for name in names)


@pytest.mark.usefixtures("real_city")
def test_a_form_without_its_token_is_refused_with_words() -> None:
    response = Client(enforce_csrf_checks=True).post("/sign-in", {"username": "a", "password": "b"})
    assert response.status_code == 403
    assert "این فرم کهنه شده است" in response.content.decode()


@pytest.mark.usefixtures("real_city")
def test_the_reader_chooses_the_language_not_his_browser(client: Client) -> None:
    assert 'lang="fa" dir="rtl"' in client.get("/", headers={"accept-language": "en"}).content.decode()
    client.post("/language", {"language": "en", "next": "/"})
    page = client.get("/").content.decode()
    assert 'lang="en" dir="ltr"' in page
    assert "137, the seeing eye of the citizens" in page


@pytest.mark.usefixtures("real_city")
def test_the_look_is_kept_and_written_into_the_page(client: Client) -> None:
    assert client.post("/look", {"theme": "dark", "next": "/sign-in"})["Location"] == "/sign-in"
    assert 'data-theme="dark"' in client.get("/").content.decode()
    client.post("/look", {"theme": "auto"})
    assert "data-theme" not in client.get("/").content.decode().split(">")[1]


@pytest.mark.usefixtures("real_city")
@pytest.mark.parametrize("away", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "\\\\x"])
def test_no_next_leads_away(client: Client, away: str) -> None:
    assert client.post("/look", {"theme": "dark", "next": away})["Location"] == "/"


@pytest.mark.django_db
def test_an_empty_database_says_what_to_type(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 503
    assert "./bina new" in response.content.decode()


# Errors of the flow that no view caught.


@audience("public")
def refusing(request: HttpRequest, why: str) -> HttpResponse:
    raise {
        "refused": Refused("این درخواست مختومه است."),
        "stale": Stale("خانم ناصری پیش از شما نوشت.", seq=7),
        "hidden": NotAllowed(),
        "invalid": Invalid({"words": "شرح را بنویسید."}),
        "broken": ZeroDivisionError(),
    }[why]


urlpatterns = [path("why/<str:why>", refusing)]
handler404 = "bina.doors.web.errors.not_found"
handler500 = "bina.doors.web.errors.server_error"


@pytest.mark.usefixtures("real_city")
@pytest.mark.parametrize(
    ("why", "status", "sentence"),
    [
        ("refused", 409, "این درخواست مختومه است."),
        ("stale", 409, "خانم ناصری پیش از شما نوشت."),
        ("hidden", 404, "چنین درخواستی برای شما پیدا نشد."),
        ("invalid", 422, "شرح را بنویسید."),
        ("broken", 500, "از ماست، نه از شما"),
    ],
)
@override_settings(ROOT_URLCONF="tests.doors.web.test_chain")
def test_a_refusal_is_a_page_with_a_sentence(why: str, status: int, sentence: str) -> None:
    response = Client(raise_request_exception=False).get(f"/why/{why}")
    assert response.status_code == status
    assert sentence in response.content.decode()
    assert "صفحهٔ نخست" in response.content.decode()


@pytest.mark.usefixtures("real_city")
def test_an_unknown_address_says_so_to_whoever_asks(client: Client) -> None:
    response = client.get("/هیچ‌جا")
    assert response.status_code == 404
    assert "چنین صفحه‌ای نیست" in response.content.decode()


@pytest.mark.usefixtures("real_city")
@pytest.mark.parametrize(("address", "method"), [("/track", "post"), ("/language", "get"), ("/look", "put")])
def test_a_method_that_an_address_does_not_take_is_told_in_words(client: Client, address: str, method: str) -> None:
    response = getattr(client, method)(address)
    assert response.status_code == 405
    assert "این نشانی جای دیدن نیست" in response.content.decode()
    assert response["Allow"]


@pytest.mark.usefixtures("real_city")
def test_a_text_far_too_long_comes_back_and_a_larger_one_is_told(client: Client) -> None:
    long = "چاله " * 250_000  # more than two megabytes
    response = client.post("/report", {"words": long, "go": "where"})
    assert response.status_code == 422
    assert response.content.decode().count("چاله") == 250_000
    response = client.post("/report", {"words": long * 2, "go": "where"})
    assert response.status_code == 413
    assert "نوشتهٔ شما همان‌جا مانده است" in response.content.decode()
