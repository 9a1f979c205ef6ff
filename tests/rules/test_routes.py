"""Every page and every API operation names its audience."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from ninja import NinjaAPI

from bina.doors.cli.docs.routes import Route, routes

DO = (
    "Declare whom it serves: @audience(...) of bina.doors.web.audience on a page, the attribute bina_audience "
    "(set by the API's own decorator) on an operation. A forgotten declaration would be an open door."
)


def silent(found: list[Route]) -> list[str]:
    return [f"{r.address} {'/'.join(r.methods)} → {r.view} declares no audience. {DO}" for r in found if r.silent]


def test_every_way_in_names_its_audience() -> None:
    missing = silent(routes())
    if missing:
        pytest.fail("\n".join(missing), pytrace=False)


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def declared(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


declared.audience = "public"  # type: ignore[attr-defined]


def test_a_page_without_audience_is_caught() -> None:
    inner = [path("open", page), path("closed", declared)]
    missing = silent(routes([path("desk/", include(inner)), path("", declared)]))
    assert len(missing) == 1
    assert missing[0].startswith("/desk/open")


def test_an_operation_without_audience_is_caught() -> None:
    api = NinjaAPI(title="sample", version="sample-of-a-silent-operation", urls_namespace="sample")

    def read(request: HttpRequest) -> str:
        return ""

    def write(request: HttpRequest) -> str:
        return ""

    read.bina_audience = "public"  # type: ignore[attr-defined]
    api.get("/cases")(read)
    api.post("/cases")(write)
    missing = silent(routes([path("api/", api.urls)]))
    assert len(missing) == 1
    assert missing[0].startswith("/api/cases POST")
