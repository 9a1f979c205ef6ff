"""What is another's cannot be written: every form by people of elsewhere, every operation by keys of elsewhere."""

from __future__ import annotations

import pytest

from bina.doors.cli.docs.routes import routes
from bina.flow.cases import access
from bina.flow.cases.models import Case
from bina.ground.catalogue import subjects
from bina.ground.city import people
from bina.ground.city.roles import Role
from tests.doors import every_form
from tests.doors.api.api import NEW, Caller, end_key, make_key
from tests.doors.every_form import browser, undone
from tests.flow.cast import new, ready, referred, row, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
TEXT = {"kind": "question", "words": "متن"}
# Every operation: the scope it needs (None: anybody may call it), a body when it writes.
OPERATIONS: dict[tuple[str, str], tuple[str | None, dict | None]] = {
    ("GET", "/api/v1/requests"): ("read", None),
    ("POST", "/api/v1/requests"): ("register", NEW),
    ("GET", "/api/v1/requests/<code>"): ("read", None),
    ("GET", "/api/v1/requests/<code>/history"): ("read", None),
    ("GET", "/api/v1/requests/<code>/moves"): ("read", None),
    ("POST", "/api/v1/requests/<code>/moves/<verb>"): ("as:expert", {"words": "متن"}),
    ("POST", "/api/v1/requests/<code>/contacts"): ("contact", TEXT),
    ("POST", "/api/v1/requests/<code>/photos"): ("contact", {}),
    ("POST", "/api/v1/calls"): ("call", {"call": "c-1", "line": "137", "event": "ring", "number": "09151234567"}),
    ("POST", "/api/v1/messages"): ("message", {"id": "m-1", "number": "09151234567", "text": "سلام"}),
    ("GET", "/api/v1/track/<code>"): (None, None),
    ("GET", "/api/v1/subjects"): (None, None),
    ("GET", "/api/v1/districts"): (None, None),
    ("GET", "/api/v1/units"): (None, None),
}


@pytest.fixture(autouse=True)
def _free(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")
    monkeypatch.setattr("bina.doors.web.citizen_limits.too_many", lambda *given: None)


def call(key: str | None, method: str, address: str, body: dict | None, code: str) -> int:
    """The status of one call about a case."""
    path = address.removeprefix("/api/v1").replace("<code>", code).replace("<verb>", "note")
    caller = Caller(key)
    with undone():
        status: int = (caller.get(path) if method == "GET" else caller.post(path, body)).status_code
    return status


def test_every_operation_has_its_row():
    found = {(m, r.address) for r in routes() if r.address.startswith("/api/") for m in r.methods}
    assert found == OPERATIONS.keys()


def test_every_operation_opens_to_the_keys_that_may_and_to_no_others():
    hushed = next(s.code for s in subjects.all() if s.sensitivity == 2)
    case, secret = row(referred()).code, row(new(hushed).case_id).code
    ended = make_key()
    end_key(ended)
    wrong = []
    for (method, address), (scope, body) in OPERATIONS.items():
        photos = address.endswith(
            "photos"
        )  # none is sent: what is sent is read before the case, and tells nothing of it
        fine, gone = ({200, 201, 422}, {404, 422}) if photos else ({200, 201}, {404})
        expected: list[tuple[str, str | None, str, set[int]]] = [("a good key", make_key(), case, fine)]
        if scope is not None:
            expected += [
                ("no key", None, case, {401}),
                ("an ended key", ended, case, {401}),
                ("a key without the scope", make_key("as:citizen"), case, {404} if scope.startswith("as:") else {403}),
            ]
        if scope is not None and "<code>" in address:
            expected += [
                ("a key of another district", make_key(district="MHD-09"), case, gone),
                ("a key of another unit", make_key(unit_id=unit("MHD-03/D-SERV").id), case, gone),
                ("a key below its sensitivity", make_key(sensitivity=0), secret, gone),
                ("a key of its own district", make_key(district="MHD-03"), case, fine),
            ]
        for who, key, code, wanted in expected:
            status = call(key, method, address, body, code)
            if status not in wanted:
                wrong.append(f"{method} {address} by {who}: {status}, not {wanted}")
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("check", ["scope", "district"])
def test_the_table_would_notice_an_operation_without_its_check(monkeypatch, check):
    if check == "scope":
        monkeypatch.setattr("bina.doors.api.clients.need", lambda client, scope: None)
    else:
        monkeypatch.setattr("bina.flow.cases.access.cases_for_client", lambda client: Case.objects.all())
    with pytest.raises(AssertionError, match="a key"):
        test_every_operation_opens_to_the_keys_that_may_and_to_no_others()


def strangers() -> list[str]:
    """One of each role, of another district and unit than the forms' cases."""
    ready()
    tech, found = unit(), []
    for role in Role:
        for right in people.of_role(role):
            near = right.area_id in (None, tech.area_id) if right.unit_id is None else right.unit_id == tech.id
            person = people.person(right.person_id)
            if not near and person is not None and person.username not in found:
                found.append(person.username)
                break
    return found


def test_nobody_of_elsewhere_changes_a_case_by_any_form():
    every, outsiders = [*every_form.staff_forms(), *every_form.centre_forms()], strangers()
    assert len(outsiders) >= 8
    wrong = []
    for form in every:
        code = next((part for part in form.address.split("/") if part.isdigit() and len(part) == 10), None)
        if code is None:
            continue
        case = Case.objects.get(code=code)
        for who in outsiders:
            viewer = people.viewer(people.by_username(who).pk)
            if access.cases_for(viewer).filter(pk=case.pk).exists():
                continue
            with undone():
                status = browser(who).post(form.address, form.typed | {"key": "elsewhere-137-elsewhere"}).status_code
                if status not in (403, 404) or row(case.pk).seq != case.seq:
                    wrong.append(f"{form.address} by {who}: {status}")
    assert wrong == [], "\n".join(wrong)
