"""Every page says whom it serves, and serves nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import get_resolver, path

from bina.doors.web.audience import Audience, audience, prove
from bina.ground.city.roles import Role


@audience("staff")
def staff(request: HttpRequest) -> HttpResponse:
    return HttpResponse("staff")


@audience("role:operator,duty_officer")
def centre(request: HttpRequest) -> HttpResponse:
    return HttpResponse("centre")


@audience("citizen")
def own(request: HttpRequest, code: str) -> HttpResponse:
    return HttpResponse("own")


@audience("public")
def proving(request: HttpRequest, code: str) -> HttpResponse:
    prove(request, code, None)
    return HttpResponse("proved")


urlpatterns = [
    path("staff", staff),
    path("centre", centre),
    path("own/<str:code>", own),
    path("prove/<str:code>", proving),
]
ours = override_settings(ROOT_URLCONF="tests.doors.web.test_audience")


def test_every_page_declares_its_audience() -> None:
    patterns = get_resolver("bina.doors.web.urls").url_patterns
    silent = [str(p.pattern) for p in patterns if not isinstance(getattr(p.callback, "audience", None), Audience)]
    assert patterns
    assert silent == [], "Put @audience(...) above each of these views."


@pytest.mark.parametrize("wrong", ["", "everybody", "role:", "role:wizard", "staff:operator"])
def test_an_audience_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError):
        audience(wrong)


@ours
@pytest.mark.usefixtures("real_city")
def test_a_stranger_is_shown_the_way_in_and_back(client: Client) -> None:
    response = client.get("/staff?from=here")
    assert response.status_code == 302
    assert response["Location"] == "/sign-in?next=%2Fstaff%3Ffrom%3Dhere"


@ours
@pytest.mark.usefixtures("real_city")
def test_a_stranger_inside_a_page_is_told_in_place(client: Client) -> None:
    assert client.get("/staff", headers={"X-Requested-With": "presence"}).status_code == 401


@ours
@pytest.mark.usefixtures("real_city")
def test_a_role_opens_its_pages_and_no_others(person: Callable[..., int], signed_in: Callable[[int], Client]) -> None:
    operator = signed_in(person("sabeti", Role.OPERATOR))
    assert operator.get("/staff").content == b"staff"
    assert operator.get("/centre").content == b"centre"
    head = signed_in(person("karimi", Role.UNIT_HEAD))
    assert head.get("/staff").content == b"staff"
    refused = head.get("/centre")
    assert refused.status_code == 403
    assert "این صفحه برای کاربر ۱۳۷، کشیک است." in refused.content.decode()


@ours
@pytest.mark.usefixtures("real_city")
def test_a_citizen_sees_the_rest_of_what_he_proved_alone(client: Client) -> None:
    assert client.get("/own/3057184269")["Location"] == "/track?code=3057184269"
    client.get("/prove/3057184269")
    assert client.get("/own/3057184269").content == b"own"
    assert client.get("/own/4331182044").status_code == 302
