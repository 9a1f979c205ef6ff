"""Refusals as problem+json (RFC 9457): one mapping for every operation."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpResponse

from bina.flow.cases.errors import CaseError, Invalid, KeyEnded, KeyReused, NotAllowed, Refused, Stale

_encode = msgspec.json.Encoder().encode
TITLES = {
    400: "Malformed request",
    401: "No valid key",
    403: "Outside this key's scopes",
    404: "Not found",
    405: "Method not allowed",
    409: "Not possible now",
    413: "Too large",
    415: "Wrong content type",
    422: "Invalid input",
    429: "Too many calls",
    500: "Fault on our side",
    503: "Try again",
}


def problem(status: int, kind: str, sentence: str, **more: Any) -> HttpResponse:
    """A problem+json answer; `sentence` is for people, `kind` for programs."""
    body = {"type": f"urn:bina:{kind}", "title": TITLES[status], "status": status, "detail": sentence, **more}
    response = HttpResponse(_encode(body), status=status, content_type="application/problem+json")
    if status in (429, 503):
        response["Retry-After"] = str(more.get("retry_after", 1))
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def too_large() -> HttpResponse:
    """The answer for a body over the limit of bytes, fields or files."""
    return problem(413, "too-large", "آنچه فرستادید بزرگ‌تر از اندازهٔ پذیرفته است؛ کوتاه‌ترش کنید.")


def of(error: CaseError) -> HttpResponse:
    """The answer for one of the refusals of the cases."""
    if isinstance(error, Invalid):
        return problem(422, "invalid", error.sentence, errors=error.errors)
    if isinstance(error, KeyReused):
        return problem(422, "key-reused", error.sentence)
    if isinstance(error, Stale):
        return problem(409, "stale", error.sentence, seq=error.seq)
    if isinstance(error, Refused):
        return problem(409, "refused", error.sentence)
    if isinstance(error, KeyEnded):
        return problem(401, "no-key", error.sentence)
    if isinstance(error, NotAllowed):
        return problem(404, "not-found", error.sentence)
    return problem(409, "refused", error.sentence)
