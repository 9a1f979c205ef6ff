"""Operations on requests: list, read, history, messages, photos; registering itself is in intake.py."""

import hashlib
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Form, Query, Schema
from ninja.files import UploadedFile

from bina.doors.api.clients import need
from bina.doors.api.intake import NewRequest, _phone, key_from, register_request
from bina.doors.api.moves import key_of
from bina.doors.api.shape import Case, Entry, case_of, entry_of
from bina.doors.api.v1 import api, audience
from bina.flow.cases import access, history, photos, queries
from bina.flow.cases.clients import hats_of
from bina.flow.cases.contacts import contact
from bina.flow.cases.errors import Invalid
from bina.flow.cases.facts import BY_FACT
from bina.flow.cases.moves import By
from bina.flow.cases.register import Author
from bina.ground.catalogue import subjects
from bina.ground.city import places, units

__all__ = ["NewRequest", "key_from", "register_request"]


class Page(Schema):
    """A keyset page, newest first; `next` goes into `after` for the page that follows."""

    items: list[Case]
    next: int | None


class Wanted(Schema):
    """How a list is narrowed."""

    state: Literal["open", "registered", "referred", "in_progress", "waiting", "reported", "closed"] | None = None
    district: str | None = Field(None, max_length=40)
    subject: str | None = Field(None, max_length=40)
    unit: str | None = Field(None, max_length=60)
    q: str = Field("", max_length=200)
    after: int | None = Field(None, ge=1, lt=2**63)
    limit: int = Field(50, ge=1, le=200)


def _filters(wanted: Wanted) -> queries.Filters:
    errors: dict[str, str] = {}
    district = places.area_by_code(wanted.district) if wanted.district else None
    subject = subjects.by_code(wanted.subject) if wanted.subject else None
    unit = units.by_code(wanted.unit) if wanted.unit else None
    if wanted.district and district is None:
        errors["district"] = "منطقه‌ای با این کد نیست."
    if wanted.subject and subject is None:
        errors["subject"] = "موضوعی با این کد نیست."
    if wanted.unit and unit is None:
        errors["unit"] = "واحدی با این کد نیست."
    if errors:
        raise Invalid(errors)
    return queries.Filters(
        state=wanted.state, text=wanted.q, district_id=district.id if district else None,
        subject_id=subject.id if subject else None, unit_id=unit.id if unit else None,
    )  # fmt: skip


@api.get("/requests", response=Page, summary="List requests")
@audience("client", scope="read")
def list_requests(request: HttpRequest, wanted: Query[Wanted]) -> Any:
    """The requests this key may see, newest first; five statements at the most, whatever the length."""
    cases = access.cases_for_client(request.client)
    rows, following = queries.listed(cases, _filters(wanted), after=wanted.after, limit=wanted.limit)
    texts = queries.addresses([c.pk for c in rows])
    return {"items": [case_of(c, texts.get(c.pk, "")) for c in rows], "next": following}


@api.get("/requests/{code}", response=Case, summary="Read a request")
@audience("client", scope="read")
def read_request(request: HttpRequest, code: str) -> Any:
    """One request by its code in any spelling."""
    case = access.case_for_client(request.client, code)
    return case_of(case, queries.addresses([case.pk]).get(case.pk, ""))


@api.get("/requests/{code}/history", response=list[Entry], summary="The history of a request")
@audience("client", scope="read")
def read_history(request: HttpRequest, code: str) -> Any:
    """Every event in order; words of citizens and staff are not given out here."""
    case = access.case_for_client(request.client, code)
    return [entry_of(e) for e in history.entries(case.pk)]


class NewContact(Schema):
    """A further message on a request."""

    kind: Literal["recontact", "similar", "question", "complaint_handling", "complaint_manner", "thanks", "suggestion"]
    reason: str | None = Field(None, max_length=40)
    words: str = Field("", max_length=20_000)
    name: str = Field("", max_length=500)
    phone: str | None = Field(None, max_length=40)
    tell_by: Literal["sms", "call", "messenger", "none"] = "none"


class Written(Schema):
    """What a write did: the number of its event, the state now, and whether this key had done it before."""

    code: str
    seq: int
    state: str
    outcome: str | None
    again: bool


@api.post("/requests/{code}/contacts", response=Written, summary="Add a message to a request")
@audience("client", scope="contact")
def add_contact(request: HttpRequest, code: str, new: NewContact) -> Any:
    """A recontact joins the request and is counted; it never makes a second one."""
    client = request.client
    case = access.case_for_client(client, code)
    done = contact(
        case.pk, kind=new.kind, reason=new.reason, words=new.words, by=By.INTEGRATOR, actor=f"k:{client.id}",
        channel="api", author=Author(new.name, _phone(new.phone), new.tell_by), key=key_of(request, client),
    )  # fmt: skip
    return {"code": case.code, "seq": done.seq, "state": done.state, "outcome": done.outcome, "again": done.again}


@api.post("/requests/{code}/photos", response=Written, summary="Add photos to a request")
@audience("client", scope="contact")
def add_photos(
    request: HttpRequest, code: str, stage: Form[Literal["report", "before", "after"]], photo: File[list[UploadedFile]]
) -> Any:
    """Up to four JPEG, PNG or WebP pictures; they are re-encoded, and nothing of their metadata is kept in them."""
    client = request.client
    case = access.case_for_client(client, code)
    hats = hats_of(client, case)
    by = next((h for h in BY_FACT["photo"].by if h in hats), By.INTEGRATOR)
    raw = photos.received(photo)
    body = b"".join(hashlib.sha256(one).digest() for one in raw) + stage.encode()
    key = key_from(request, f"k:{client.id}", body)
    done = photos.add(case.pk, raw, stage=stage, by=by, actor=f"k:{client.id}", channel="api", key=key)
    return {"code": case.code, "seq": done.seq, "state": done.state, "outcome": done.outcome, "again": done.again}


class NewRequestSchema(Schema):
    """What registers a request (the same structure that the intake decodes)."""

    subject: str = Field(max_length=40)
    words: str = Field(max_length=20_000)
    lat: float | None = None
    lon: float | None = None
    address: str = Field("", max_length=500)
    district: str | None = Field(None, max_length=40)
    no_place: bool = False
    name: str = Field("", max_length=500)
    phone: str | None = Field(None, max_length=40)
    tell_by: Literal["sms", "call", "messenger", "none"] = "none"
    lang: Literal["fa", "en"] = "fa"
    answers: dict[str, str | bool | int] = {}
    hazard: bool = False
    outside: Literal["letter", "111", "councillor", "meeting", "other"] | None = None
    outside_ref: str = Field("", max_length=40)


class RegisteredSchema(Schema):
    """The tracking code, and until when the first answer is promised (epoch seconds)."""

    code: str
    state: str
    first_answer_at: int | None
    again: bool


@api.post("/requests", response={201: RegisteredSchema, 200: RegisteredSchema}, summary="Register a request")
@audience("client", scope="register")
def post_request(request: HttpRequest, new: NewRequestSchema) -> HttpResponse:
    """Registers and answers at once; needs an Idempotency-Key header, and repeats with it are safe."""
    need(request.client, "register")
    return register_request(request)
