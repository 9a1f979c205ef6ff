"""Who may open what: every page × every role × relation to the case, held against a table that people have reviewed.

The table is written by hand, apart from the code's own declarations: a page that opens to somebody else fails here,
and a new page without a row fails too.
"""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import get_resolver

from bina.doors.web import urls
from bina.flow.cases import history
from bina.flow.cases.models import Case
from bina.flow.cases.moves import By
from bina.ground.city import people
from bina.ground.city.roles import Role
from bina.ground.sla import version
from tests.flow.cast import do, new, ready, referred, row, spot, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
BACKEND = "django.contrib.auth.backends.ModelBackend"

CENTRE = {Role.OPERATOR, Role.DUTY_OFFICER, Role.SHIFT_SUPERVISOR}
DISTRICT_DESK = {Role.FOLLOWUP_EXPERT, Role.SUPERVISOR_137}
UNITS = {Role.UNIT_HEAD, Role.LIAISON, Role.UPPER_MANAGER, Role.OFFICE}
STREET = {Role.CREW, Role.FIELD_OFFICER}
PUBLIC, STAFF, AUTHOR = "anybody", "whoever is signed in", "the author, by code and telephone"
ADMINISTRATION = (
    "admin", "admin_revoke", "admin_people", "admin_newcomer", "admin_person", "admin_identity", "admin_right",
    "admin_link", "admin_leave", "admin_right_end", "admin_units", "admin_unit", "admin_liaison", "admin_desks",
    "admin_desk", "admin_holder_end", "admin_subjects", "admin_subject", "admin_hours", "admin_calendar",
    "admin_hours_end", "admin_close", "admin_reopen", "admin_holidays", "admin_propose", "admin_holiday_new",
    "admin_holiday", "admin_answers", "admin_answer_new", "admin_answer", "admin_answer_end",
)  # fmt: skip
# Page (by its route's name) → to whom it opens.
PAGES: dict[str, str | set[Role]] = {
    "entrance": PUBLIC, "step_in": PUBLIC, "sign_in": PUBLIC, "sign_out": PUBLIC, "first": PUBLIC, "theme": PUBLIC,
    "language": PUBLIC, "move_clock": PUBLIC, "draft": STAFF, "asset": PUBLIC, "report": PUBLIC, "track": PUBLIC,
    "prove_it": PUBLIC, "short": PUBLIC, "reported": AUTHOR, "mine": AUTHOR, "say": AUTHOR,
    "my_photo": AUTHOR, "staged_photo": PUBLIC,
    "telephone": PUBLIC, "telephone_news": PUBLIC, "telephone_write": PUBLIC,
    "home": STAFF, "components": STAFF, "find": STAFF, "case": STAFF, "presence": STAFF, "authors": STAFF,
    "act": STAFF, "photo": STAFF,
    "desk": CENTRE, "desk_done": CENTRE, "desk_join": CENTRE, "desk_ring": CENTRE,
    "desk_instant": CENTRE, "desk_look": CENTRE, "desk_take": CENTRE, "desk_end": CENTRE,
    "callback": CENTRE | DISTRICT_DESK, "called": CENTRE | DISTRICT_DESK,
    **{name: {Role.SUPERVISOR_137} for name in ("oversight", "desk_for_a_while", "decide")},
    "inspect": {Role.INSPECTOR}, "inspection": {Role.INSPECTOR},
    "work": DISTRICT_DESK, "results": DISTRICT_DESK, "work_people": DISTRICT_DESK, "work_call": DISTRICT_DESK,
    "work_sheet": DISTRICT_DESK, "work_bulk": DISTRICT_DESK, "work_orders": DISTRICT_DESK, "work_order": DISTRICT_DESK,
    "work_take_back": DISTRICT_DESK, "work_save": DISTRICT_DESK, "work_shared": DISTRICT_DESK,
    "work_unsave": DISTRICT_DESK, "inbox": UNITS, "inbox_accept": UNITS, "inbox_crew": UNITS,
    **dict.fromkeys(("inbox_deed", "inbox_sheet", "day", "day_print", "day_enter", "day_photo"), UNITS),
    "crew": STREET, **dict.fromkeys(("crew_job", "crew_start"), STREET | {Role.UNIT_HEAD, Role.LIAISON}),
    **{name: {Role.INSPECTOR, Role.CREW, Role.FIELD_OFFICER, Role.DISTRICT_MAYOR, Role.CENTER_MANAGER, Role.AUDITOR,
              Role.FINANCE, Role.DUTY_OFFICER, Role.SHIFT_SUPERVISOR} for name in ("cases", "cases_sheet")},
    **{name: CENTRE | DISTRICT_DESK | UNITS | STREET | {Role.INSPECTOR, Role.DISTRICT_MAYOR, Role.CENTER_MANAGER,
       Role.AUDITOR, Role.FINANCE} for name in ("map", "map_points", "map_list")}, "map_ground": PUBLIC,
    **{name: {Role.ADMIN} for name in ADMINISTRATION},
}  # fmt: skip
# Who sees a case: one in hand at a unit of district 3, and one of district 9; the same people, of district 3.
HERE = {
    *CENTRE, *DISTRICT_DESK, Role.CENTER_MANAGER, Role.AUDITOR, Role.INSPECTOR, Role.DISTRICT_MAYOR, Role.UNIT_HEAD,
    Role.LIAISON, Role.CREW, Role.FIELD_OFFICER,
}  # fmt: skip
ELSEWHERE = {*CENTRE, Role.CENTER_MANAGER, Role.AUDITOR}
ARGUMENTS = {"token": "x", "name": "x", "photo_id": 1, "call_id": 1, "verb": "note", "what": "confirm", "number": 1,
             "subject": "0101", "calendar": "office", "how": "confirm", "answer": "x", "mark": "x"}  # fmt: skip


def somebody() -> dict[Role, int]:
    """One person of each role: of district 3 and its technical unit where the role has a place."""
    ready()
    tech, found = unit(), {}
    for role in Role:
        rights = people.of_role(role)
        if rights:
            near = [r for r in rights if r.unit_id == tech.id] or [r for r in rights if r.area_id == tech.area_id]
            found[role] = (near or list(rights))[0].person_id
    return found


def signed_in(person_id: int) -> Client:
    """A browser of this person."""
    version.check(version.current())
    client, person = Client(), people.person(person_id)
    assert person is not None
    client.force_login(person, backend=BACKEND)
    return client


def status(client: Client, address: str) -> str:
    """What came of opening an address: open, sign in, prove, refused, or not there."""
    answer = client.get(address)
    where = answer.headers.get("Location", "")
    if answer.status_code == 302 and where.startswith("/sign-in"):
        return "sign in"
    if answer.status_code == 302 and where.startswith("/track?code="):
        return "prove"
    return {403: "refused", 404: "not there"}.get(answer.status_code, "open")


def addresses(case: Case) -> dict[str, str]:
    """Every page's address, about this case where it is about one."""
    out = {}
    for pattern in urls.urlpatterns:
        names = pattern.pattern.converters
        given = {n: case.code if n == "code" else ARGUMENTS[n] for n in names}
        out[pattern.name] = "/" + get_resolver(urls.__name__).reverse(pattern.name, **given)
    return out


def test_every_page_has_its_row():
    assert {pattern.name for pattern in urls.urlpatterns} == set(PAGES)


def test_a_stranger_gets_the_public_pages_and_nothing_else():
    pages = addresses(row(referred()))
    for name, whom in PAGES.items():
        told = status(Client(), pages[name])
        if name == "short":
            assert told == "prove", "a text message's address leads to the page of the code"
        elif whom == PUBLIC:
            assert told not in ("sign in", "prove", "refused"), name
        elif whom == AUTHOR:
            assert told == "prove", name
        else:
            assert told == "sign in", name


def test_each_role_opens_its_pages_and_no_others():
    cast, pages = somebody(), addresses(row(referred()))
    assert set(cast) == set(Role)
    wrong = []
    for role, person_id in cast.items():
        client = signed_in(person_id)
        for name, whom in PAGES.items():
            if name in ("sign_out", "step_in", "short") or whom in (PUBLIC, AUTHOR):
                continue
            told = status(client, pages[name])
            opens = whom == STAFF or role in whom
            if opens == (told in ("refused", "sign in")):
                wrong.append(f"{role} at {name}: {told}")
    assert wrong == []


@pytest.mark.parametrize("relation", ["in hand", "closed", "elsewhere"])
def test_a_case_opens_to_whom_it_concerns(relation):
    cast = somebody()
    case_id = referred()
    if relation == "elsewhere":
        case_id = new(place=spot("MHD-09")).case_id
        do(case_id, "refer", By.EXPERT, unit=unit("MHD-09/D-TECH").id, words="ببینید")
    if relation == "closed":
        do(case_id, "decline_proposed", By.EXPERT, actor="p:1", reason="private_dispute", words="اختلاف دو همسایه")
        do(case_id, "decline", By.SUPERVISOR, actor="p:2", words="خصوصی است")
    case, seen = row(case_id), ELSEWHERE if relation == "elsewhere" else HERE
    for role, person_id in cast.items():
        told = status(signed_in(person_id), f"/case/{case.code}")
        assert told == ("open" if role in seen else "not there"), (role, relation)
        for verb in ("refer", "report", "decline"):
            answer = signed_in(person_id).post(f"/case/{case.code}/{verb}", {"seq": case.seq, "key": f"{role}{verb}"})
            assert answer.status_code != 302 or role in seen, (role, verb, relation)
            if role not in seen:
                assert answer.status_code == 404, (role, verb)
    moved = [e.verb for e in history.events(case_id)[case.seq :]]
    assert set(moved) <= {"seen"}, "nobody moved it by an empty form"


def test_a_sensitive_case_opens_only_up_to_ones_right():
    cast = somebody()
    case = row(new("1202").case_id)
    assert case.sensitivity == 2
    for role, person_id in cast.items():
        rights = people.viewer(person_id).rights
        may = role in HERE and max(r.sensitivity for r in rights) >= 2 and role not in (
            Role.UNIT_HEAD, Role.LIAISON, Role.CREW, Role.FIELD_OFFICER
        )  # fmt: skip
        assert status(signed_in(person_id), f"/case/{case.code}") == ("open" if may else "not there"), role


def test_the_matrix_would_notice_a_page_without_its_check(monkeypatch):
    cast, pages = somebody(), addresses(row(referred()))
    monkeypatch.setattr("bina.doors.web.audience._refuse", lambda *_given: None)
    assert status(signed_in(cast[Role.PUBLISHER]), pages["cases"]) == "open"
