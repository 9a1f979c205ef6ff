"""Addresses of the API; registering takes the short way past everything that it does not need."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from bina.doors.api import calls, messages, moves, public, requests  # noqa: F401  (their operations register themselves)
from bina.doors.api.intake import register_request
from bina.doors.api.v1 import answered, api

_patterns = api.urls[0]


def _other_methods() -> Callable[..., HttpResponse]:
    for pattern in _patterns:
        if isinstance(pattern, URLPattern) and str(pattern.pattern) == "requests":
            found: Callable[..., HttpResponse] = pattern.callback
            return found
    raise LookupError("the API has no operation on requests")


_listing = _other_methods()


@answered
def requests_root(request: HttpRequest) -> HttpResponse:
    """POST registers; anything else goes to the documented operations."""
    return register_request(request) if request.method == "POST" else _listing(request)


requests_root.csrf_exempt = True  # type: ignore[attr-defined]
requests_root.bina_audience = "client"  # type: ignore[attr-defined]

for _pattern in _patterns:
    if isinstance(_pattern, URLPattern):
        _pattern.callback = answered(_pattern.callback)

urlpatterns = [
    path("requests", requests_root),
    path("", (_patterns, "ninja", "api-v1")),
]
