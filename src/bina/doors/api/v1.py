"""The typed JSON API, version 1: every operation with its scope, its input and its output."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.decorators import decorate_view
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.utils import contribute_operation_callback

from bina import __version__
from bina.doors.api import clients
from bina.doors.api.intake import fresh_version
from bina.doors.api.problems import TITLES, of, problem, too_large
from bina.flow.cases.errors import CaseError

View = TypeVar("View", bound=Callable[..., Any])


class Described(NinjaAPI):
    """The API whose description of itself also says how keys are sent and what every refusal looks like."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """The OpenAPI document."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        schema["components"]["schemas"]["Problem"] = PROBLEM
        schema["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        return schema


PROBLEM = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "A word for programs: urn:bina:…"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A Persian sentence for people: what is wrong, what to do."},
        "errors": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Field to sentence."},
        "seq": {"type": "integer", "description": "With urn:bina:stale: the number of the newest event."},
    },
}
_REFUSAL = {
    "description": "A refusal: 400, 401, 403, 404, 409, 413, 415, 422, 429 or 503",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_KEY_HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "schema": {"type": "string", "minLength": 16, "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "A random word of yours for this one write; repeated with it, the write is done once.",
}

log = logging.getLogger("bina.api")
# Answered further out: by `answered` below, and by the door's chain when the database is away.
_ELSEWHERE = (SuspiciousOperation, MultiPartParserError, BadRequest, OperationalError, InterfaceError, Http404)

api = Described(
    title="Bina",
    version=__version__,
    servers=[],
    description="Requests of a city's people: register, add a message, track, list, and every move of a case. "
    "Errors are application/problem+json; `detail` is a sentence for people, `type` a word for programs.",
    urls_namespace="api-v1",
    docs_url=None,
    openapi_url="openapi.json",
)


def audience(name: str, *, scope: str | None = None) -> Callable[[View], View]:
    """Declares who an operation is for: "public" (a rate by address) or "client" (a key with the scope).

    It is asked before anything that was sent is read: a stranger learns nothing from what is wrong with it.
    """

    def admit(run: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(run)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            try:
                fresh_version()
                if name == "client":
                    request.client = clients.client_of(request, sure=request.method not in ("GET", "HEAD"))
                    if scope:
                        clients.need(request.client, scope)
                else:
                    clients.address_within(request, per_minute=60)
            except clients.Refusal as refusal:
                return refusal.response
            return run(request, *args, **kwargs)

        return guarded

    def describe(operation: Operation) -> None:
        extra: dict[str, Any] = {"responses": {"default": _REFUSAL}}
        if name == "client":
            extra["security"] = [{"key": []}]
            if scope:
                extra["description"] = f"{operation.description or ''}\n\nScope of the key: `{scope}`.".strip()
        if operation.methods == ["POST"]:
            extra["parameters"] = [_KEY_HEADER]
        operation.openapi_extra = extra

    def declare(view: View) -> View:
        contribute_operation_callback(view, describe)
        view.bina_audience = name  # type: ignore[attr-defined]
        return decorate_view(admit)(view)

    return declare


@api.exception_handler(clients.Refusal)
def _refusal(request: HttpRequest, error: clients.Refusal) -> HttpResponse:
    return error.response


@api.exception_handler(CaseError)
def _case_error(request: HttpRequest, error: CaseError) -> HttpResponse:
    return of(error)


@api.exception_handler(ValidationError)
def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = {str(e["loc"][-1]): f"این مقدار درست نیست ({str(e['msg'])[:200]})." for e in error.errors if e.get("loc")}
    return problem(422, "invalid", "بخشی از ورودی درست نیست.", errors=errors)


@api.exception_handler(Exception)
def _fault(request: HttpRequest, error: Exception) -> HttpResponse:
    if isinstance(error, _ELSEWHERE):
        raise error
    log.error("fault in %s %s", request.method, request.path, exc_info=error)
    return problem(500, "fault", "از ماست، نه از شما. همین را با همین کلید دوباره بفرستید؛ دوبار ثبت نمی‌شود.")


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__ or error.__context__, SuspiciousOperation):
        return too_large()
    status = error.status_code if error.status_code in TITLES else 400
    return problem(status, "malformed", "این محتوا خوانده نشد؛ JSON درست بفرستید.", where=str(error.message)[:200])


def answered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of the API whose every refusal is a problem, whatever part of the machinery made it."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except SuspiciousOperation:
            return too_large()
        except (MultiPartParserError, BadRequest):
            return problem(400, "malformed", "این محتوا خوانده نشد؛ فرم را به شکل multipart/form-data بفرستید.")
        if response.status_code == 405:
            allowed = response.headers["Allow"]
            response = problem(405, "method", f"این نشانی با این روش فراخوانده نمی‌شود؛ روش درست: {allowed}")
            response["Allow"] = allowed
        return response

    return run
