"""API keys: who calls, read from memory; a registration is written only at the city's version that it was read at."""

from __future__ import annotations

import threading
import time

from django.http import HttpRequest, HttpResponse

from bina.config import config
from bina.doors.api.problems import problem
from bina.flow.cases.clients import ClientRow, find, key_hash
from bina.flow.cases.limits import Buckets
from bina.ground.sla import version

KEPT_SECONDS = 5.0  # how long a key read from the database may be used, unless the city's version changes before
_lock = threading.Lock()
_known: dict[bytes, tuple[ClientRow, float, int | None]] = {}
buckets = Buckets()


class Refusal(Exception):
    """No, with its answer."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


def _key(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    return request.headers.get("X-API-Key", "")


def client_of(request: HttpRequest, *, sure: bool = False) -> ClientRow:
    """The client whose key came with the request, within its rate; else Refusal (401, 429).

    `sure` reads it anew: for what writes by a statement that does not ask again whether the key stands.
    """
    key = _key(request)
    if not key or len(key) > 200 or not key.isascii():
        raise Refusal(problem(401, "no-key", "کلید را در سرآیند Authorization: Bearer بفرستید."))
    digest = key_hash(key)
    kept = _known.get(digest)
    now, told = time.monotonic(), version.known()
    if sure or kept is None or now - kept[1] > KEPT_SECONDS or told is None or kept[2] != told:
        row = find(digest)
        if row is None:
            forget(digest)
            raise Refusal(problem(401, "no-key", "این کلید شناخته نیست یا پایان یافته است؛ از مدیر سامانه بپرسید."))
        kept = (row, now, told)
        with _lock:
            if len(_known) > 5000:
                _known.clear()
            _known[digest] = kept
    rate = (kept[0].rate_per_minute or config().api_rate_per_minute) / config().web_workers / 60
    wait = buckets.take(f"k:{kept[0].id}", per_second=rate, burst=max(rate * 10, 5))
    if wait:
        raise Refusal(
            problem(429, "rate", "شمار فراخوانی‌ها از سقف گذشت؛ کمی بعد بفرستید.", retry_after=max(1, round(wait)))
        )
    return kept[0]


def forget(digest: bytes) -> None:
    """Drops a key that no longer stands."""
    with _lock:
        _known.pop(digest, None)


def address_within(request: HttpRequest, *, per_minute: float) -> None:
    """Refusal (429) when an address asks the public operations too often."""
    address = request.META.get("REMOTE_ADDR", "")
    rate = per_minute / config().web_workers / 60
    wait = buckets.take(f"a:{address}", per_second=rate, burst=max(per_minute / config().web_workers, 5))
    if wait:
        raise Refusal(
            problem(429, "rate", "پرسش‌ها پشت سر هم بود؛ کمی بعد دوباره بپرسید.", retry_after=max(1, round(wait)))
        )


def need(client: ClientRow, scope: str) -> None:
    """Refusal (403) when the key lacks a scope."""
    if scope not in client.scopes:
        raise Refusal(problem(403, "scope", f"این کلید اجازهٔ «{scope}» ندارد؛ از مدیر سامانه بخواهید."))
