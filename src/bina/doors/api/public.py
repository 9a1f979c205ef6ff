"""Operations for anybody: track by code, the catalogue, the districts and bodies."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Schema

from bina.doors.api.v1 import api, audience
from bina.flow.cases import access
from bina.flow.cases.errors import Invalid
from bina.flow.cases.events import seconds
from bina.ground.catalogue import subjects
from bina.ground.city import places, units
from bina.ground.text.codes import BadCode


class Track(Schema):
    """The public state of a request: no place, no person, no words."""

    code: str
    state: str
    outcome: str | None
    subject: str
    hands: str
    registered_at: int
    news_due_at: int | None
    answered: bool
    done: bool
    confirmed: bool


class Subject(Schema):
    """A subject of the catalogue."""

    code: str
    group: str
    name: str
    name_en: str
    hazard: bool
    place_required: bool
    questions: list[dict[str, Any]]


class Named(Schema):
    """A code with its name."""

    code: str
    name: str
    name_en: str


@api.get("/track/{code}", response=Track, summary="Track a request by its code")
@audience("public")
def track(request: HttpRequest, code: str) -> Any:
    """The public state by the code alone, typed in any digits and spacing; a merged code answers for what it joined."""
    try:
        case = access.public_case(code)
    except BadCode as error:
        raise Invalid({"code": error.fa}) from error
    subject = subjects.by_id(case.subject_id)
    return {
        "code": case.code, "state": case.state, "outcome": case.outcome,
        "subject": subject.code if subject and not case.sensitivity else "", "hands": case.hands,
        "registered_at": seconds(case.registered_at),
        "news_due_at": seconds(case.news_due_at) if case.news_due_at else None,
        "answered": case.answered_at is not None, "done": case.done_at is not None,
        "confirmed": case.confirmed_at is not None,
    }  # fmt: skip


@api.get("/subjects", response=list[Subject], summary="The catalogue")
@audience("public")
def list_subjects(request: HttpRequest) -> Any:
    """Every subject that can be asked for today, with its questions."""
    return [
        {"code": s.code, "group": s.group_code, "name": s.name, "name_en": s.name_en, "hazard": s.hazard,
         "place_required": s.place_required, "questions": [asdict(q) for q in s.questions]}
        for s in subjects.all()
    ]  # fmt: skip


@api.get("/districts", response=list[Named], summary="The districts")
@audience("public")
def list_districts(request: HttpRequest) -> Any:
    """The districts of today."""
    return [{"code": a.code, "name": a.name, "name_en": a.name_en} for a in places.districts()]


@api.get("/units", response=list[Named], summary="The bodies that a request can be given to")
@audience("public")
def list_units(request: HttpRequest) -> Any:
    """Units, organisations, deputies and outside bodies."""
    return [{"code": u.code, "name": u.name, "name_en": u.name_en} for u in units.in_office()]
