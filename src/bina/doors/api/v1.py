"""The typed JSON API, version 1: every operation with its scope, its input and its output."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from bina import __version__
from bina.doors.api import clients
from bina.doors.api.intake import fresh_version
from bina.doors.api.problems import TITLES, of, problem
from bina.flow.cases.errors import CaseError

api = NinjaAPI(
    title="Bina",
    version=__version__,
    description="Requests of a city's people: register, add a message, track, list, and every move of a case. "
    "Errors are application/problem+json; `detail` is a sentence for people, `type` a word for programs.",
    urls_namespace="api-v1",
    docs_url=None,
    openapi_url="openapi.json",
)


def audience(name: str, *, scope: str | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declares who an operation is for: "public" (a rate by address) or "client" (a key with the scope)."""

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            fresh_version()
            if name == "client":
                request.client = clients.client_of(request)
                if scope:
                    clients.need(request.client, scope)
            else:
                clients.address_within(request, per_minute=60)
            return view(request, *args, **kwargs)

        guarded.bina_audience = name  # type: ignore[attr-defined]
        return guarded

    return declare


@api.exception_handler(clients.Refusal)
def _refusal(request: HttpRequest, error: clients.Refusal) -> HttpResponse:
    return error.response


@api.exception_handler(CaseError)
def _case_error(request: HttpRequest, error: CaseError) -> HttpResponse:
    return of(error)


@api.exception_handler(ValidationError)
def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = {str(e["loc"][-1]): str(e["msg"]) for e in error.errors if e.get("loc")}
    return problem(422, "invalid", "بخشی از ورودی درست نیست.", errors=errors)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    status = error.status_code if error.status_code in TITLES else 400
    return problem(status, "malformed", str(error.message))
