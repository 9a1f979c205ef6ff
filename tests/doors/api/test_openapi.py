"""The API's description of itself: valid, kept in docs/reference/openapi.json, and true under generated calls."""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import hypothesis
import jsonschema_rs
import pytest
import schemathesis
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode

from bina.doors.api import urls
from bina.doors.api.v1 import api
from tests.doors.api.api import BASE, make_key
from tests.flow.cast import new, row

KEPT = Path(__file__).resolve().parents[3] / "docs" / "reference" / "openapi.json"
RENEW = "Renew it: BINA_TEST_RENEW=1 ./bina test tests/doors/api/test_openapi.py, then read what changed."


def described() -> dict[str, Any]:
    """The description as it is given out."""
    assert urls.urlpatterns
    found: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=f"{BASE}/"), default=str))
    return found


def printed() -> str:
    return json.dumps(described(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def test_the_kept_description_is_fresh(request: pytest.FixtureRequest) -> None:
    if os.environ.get("BINA_TEST_RENEW"):
        KEPT.write_text(printed())
    if not KEPT.is_file() or KEPT.read_text() != printed():
        pytest.fail(f"docs/reference/openapi.json is not what the API says of itself. {RENEW}", pytrace=False)


def test_the_description_is_valid_and_every_operation_tells_its_refusals() -> None:
    told = described()
    assert told["openapi"].startswith("3.1")
    jsonschema_rs.validator_for({"$ref": "#/components/schemas/Case", "components": told["components"]})
    schemathesis.openapi.from_dict(told).validate()
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            assert operation.get("summary"), (method, path)
            assert operation.get("operationId"), (method, path)
            assert "default" in operation["responses"], f"{method} {path} does not describe its refusals"
    assert "bearer" in json.dumps(told["components"]["securitySchemes"]).lower()


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
def test_it_is_given_out(client: Client) -> None:
    answer = client.get(f"{BASE}/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["paths"].keys() == described()["paths"].keys()


def _operations() -> list[Any]:
    return [found.ok() for found in schemathesis.openapi.from_dict(described()).get_all_operations()]


@pytest.mark.django_db
@pytest.mark.parametrize("operation", _operations(), ids=lambda o: o.label)
def test_generated_calls_are_answered_as_described(
    operation: Any, city: Path, size: Any, tmp_path, monkeypatch
) -> None:
    """No answer is a fault of ours; each is JSON, a refusal is a problem with a sentence; what is accepted fits."""
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")
    monkeypatch.setattr("bina.doors.api.clients.address_within", lambda request, per_minute: None)
    code, key = row(new().case_id).code, make_key()
    client = Client(raise_request_exception=False)
    schemas = {k: v for k, v in described()["components"].items() if k == "schemas"}

    @hypothesis.settings(
        max_examples=size(60, 2_000), deadline=None, derandomize=size(True, False), database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate, Phase.target],
    )  # fmt: skip
    @hypothesis.given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE) | operation.as_strategy())
    def call(case: Any) -> None:
        with transaction.atomic():
            answer = send(client, case, code, key)
            transaction.set_rollback(True)
        assert answer.status_code < 500, answer.content.decode()[:2000]
        body = json.loads(answer.content)
        if answer.status_code >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json", answer.content[:300]
            assert body["status"] == answer.status_code
            assert body["detail"]
            return
        wanted = operation.definition.raw["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
        jsonschema_rs.validator_for(wanted | {"components": schemas}).validate(body)

    call()


def send(client: Client, case: Any, code: str, key: str) -> Any:
    """One generated call in process; half of those on a request name one that is there."""
    path = case.formatted_path
    if "{code}" in case.path and len(path) % 2:
        path = case.path.replace("{code}", code).replace("{verb}", str(case.path_parameters.get("verb", "note"))[:60])
    head = {"Authorization": f"Bearer {key}", "Idempotency-Key": uuid.uuid4().hex}
    query = dict(case.query or {})
    body = case.body
    if case.method == "GET" or body is None or type(body).__name__ == "NotSet":
        sent, kind = b"", "application/json"
    else:
        kind = case.media_type or "application/json"
        sent = body if isinstance(body, bytes) else json.dumps(body, default=str).encode("utf-8", "surrogatepass")
    address = path if path.startswith(BASE) else BASE + path
    asked = urlencode(query, doseq=True, errors="replace")
    return client.generic(case.method, address + (f"?{asked}" if asked else ""), sent, content_type=kind, headers=head)
