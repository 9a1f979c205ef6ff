"""What tests of the API ask for: keys with scopes, and calls as an integrator makes them."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import connection
from django.test import Client

from bina.flow.cases import clients
from bina.ground.city import places
from tests.flow.cast import ready

BASE = "/api/v1"
ALL = clients.SCOPES
NEW = {
    "subject": "0101", "words": "چالهٔ بزرگی جلوی مدرسه است", "address": "طبرسی ۱۲", "district": "MHD-03",
    "name": "علی رضایی", "phone": "۰۹۹۹ ۰۰۰ ۰۱۳۷", "tell_by": "sms",
}  # fmt: skip


def make_key(*scopes: str, district: str | None = None, unit_id: int | None = None, sensitivity: int = 2) -> str:
    """A new client's key; all scopes unless named."""
    ready()
    area = places.area_by_code(district) if district else None
    return clients.make(
        name="آزمون", scopes=scopes or ALL, sensitivity=sensitivity, district_id=area.id if area else None,
        unit_id=unit_id, rate_per_minute=10**7,
    )  # fmt: skip


def end_key(key: str) -> None:
    """Ends the client of a key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM cases_client WHERE key_hash = %s", [clients.key_hash(key)])
        [number] = cursor.fetchone()
    clients.end(number)


class Caller:
    """Somebody with a key (or none) at the API."""

    def __init__(self, key: str | None) -> None:
        self.client = Client(raise_request_exception=False)
        self.head = {"Authorization": f"Bearer {key}"} if key else {}

    def get(self, path: str, **query: Any) -> Any:
        """Reads."""
        return self.client.get(BASE + path, query, headers=self.head)

    def post(self, path: str, body: Any = None, *, key: str | None = "", raw: bytes | None = None,
             kind: str = "application/json") -> Any:  # fmt: skip
        """Writes, under a fresh idempotency key unless one is named; None leaves the header out."""
        head = self.head | ({"Idempotency-Key": key or uuid.uuid4().hex} if key is not None else {})
        sent = json.dumps(body or {}).encode() if raw is None else raw
        return self.client.post(BASE + path, sent, content_type=kind, headers=head)

    def register(self, **more: Any) -> str:
        """Registers a request; its code."""
        answer = self.post("/requests", NEW | more)
        assert answer.status_code == 201, answer.content.decode()
        code: str = answer.json()["code"]
        return code

    def move(self, code: str, verb: str, words: str | None = None, *, seq: int | None = None, **given: Any) -> Any:
        """One verb on one case."""
        body = {"words": words, "seq": seq, "given": given}
        return self.post(f"/requests/{code}/moves/{verb}", {k: v for k, v in body.items() if v is not None})


def problem(answer: Any, status: int, kind: str | None = None) -> dict[str, Any]:
    """The answer is problem+json of this status, with a Persian sentence; its body."""
    assert answer.status_code == status, (answer.status_code, answer.content.decode()[:500])
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert any("\u0600" <= letter <= "\u06ff" for letter in body["detail"]), body
    assert body["type"].startswith("urn:bina:")
    assert kind is None or body["type"] == f"urn:bina:{kind}", body
    return body
