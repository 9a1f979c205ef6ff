"""The hot path: a request registered over JSON, one typed decode and one statement."""

from __future__ import annotations

import hashlib
import math
import re
from typing import Annotated, Literal

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse

from bina.doors.api import clients
from bina.doors.api.problems import of, problem, too_large
from bina.flow.cases.clients import ClientRow
from bina.flow.cases.errors import CaseError, Invalid
from bina.flow.cases.moves import By
from bina.flow.cases.register import Author, Credential, Key, Place, Registered, register
from bina.ground.city import installation, places
from bina.ground.sla import version
from bina.ground.text.phones import BadPhone, parse_phone

Text = Annotated[str, msgspec.Meta(max_length=20_000)]
Short = Annotated[str, msgspec.Meta(max_length=500)]
Code = Annotated[str, msgspec.Meta(max_length=40)]
Answer = Annotated[str, msgspec.Meta(max_length=500)] | bool | Annotated[int, msgspec.Meta(ge=-(2**31), lt=2**31)]


class NewRequest(msgspec.Struct, forbid_unknown_fields=True):
    """What an integrator sends to register a request."""

    subject: Code
    words: Text
    lat: float | None = None
    lon: float | None = None
    address: Short = ""
    district: Code | None = None
    no_place: bool = False
    name: Short = ""
    phone: Code | None = None
    tell_by: Literal["sms", "call", "messenger", "none"] = "none"
    lang: Literal["fa", "en"] = "fa"
    answers: dict[Code, Answer] = {}
    hazard: bool = False
    outside: Literal["letter", "111", "councillor", "meeting", "other"] | None = None
    outside_ref: Code = ""


class Answered(msgspec.Struct):
    """What comes back: the tracking code, and until when the first answer is promised (epoch seconds)."""

    code: str
    state: str
    first_answer_at: int | None
    again: bool


_encode = msgspec.json.Encoder().encode
_KEY = re.compile(r"[\x21-\x7e]{16,200}")
_latest: int | None = None  # the city's version this process saw last; the statement checks that it still holds


def fresh_version() -> None:
    """Lets this thread use cached city data without a query; what writes checks the version in its own statement."""
    global _latest
    if _latest is None:
        _latest = version.current()
    version.check(_latest)


def _seen() -> None:
    global _latest
    if version.known() is not None:
        _latest = version.known()


def key_from(request: HttpRequest, scope: str, body: bytes) -> Key:
    """The idempotency key of a write; without the header the write cannot be repeated safely, so it is asked for."""
    raw = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(raw):
        raise clients.Refusal(
            problem(400, "key-missing", "سرآیند Idempotency-Key با ۱۶ تا ۲۰۰ نویسهٔ تصادفی لازم است (مثلاً یک UUID).")
        )
    return Key(scope, raw, f"{request.method} {request.path}"[:200], hashlib.sha256(body).digest())


def _wrong(told: str) -> tuple[str, str]:
    """The field that the decoder complains of, and the sentence about it with the decoder's own words."""
    named = re.search(r"(unknown|required) field `([^`]{1,60})", told)
    if named:
        lacks = "لازم است" if named[1] == "required" else "شناخته نیست"
        return named[2], f"«{named[2]}» {lacks}."
    at = re.search(r"`\$\.(\w{1,60})", told)
    field = at[1] if at else "body"
    return field, f"مقدار «{field}» درست نیست ({told[:200]})."


def decoded(request: HttpRequest, decoder: msgspec.json.Decoder) -> msgspec.Struct:
    """The body as its typed structure; Refusal 400, 413, 415 or 422 with the field that is wrong."""
    if request.content_type != "application/json":
        raise clients.Refusal(problem(415, "content-type", "محتوا را به شکل application/json بفرستید."))
    try:
        found: msgspec.Struct = decoder.decode(request.body)
        return found
    except msgspec.ValidationError as error:
        field, sentence = _wrong(str(error))
        raise clients.Refusal(problem(422, "invalid", sentence, errors={field: sentence})) from error
    except RequestDataTooBig as error:
        raise clients.Refusal(too_large()) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise clients.Refusal(problem(400, "malformed", "این محتوا JSON درست نیست.", where=str(error)[:200])) from error


def place_of(new: NewRequest) -> Place:
    """The place as sent: a point, an address with its district, or none; Invalid names what is wrong."""
    if new.lat is not None or new.lon is not None:
        if new.lat is None or new.lon is None:
            raise Invalid({"lat": "عرض و طول جغرافیایی را با هم بفرستید."})
        if not (math.isfinite(new.lat) and math.isfinite(new.lon)):
            raise Invalid({"lat": "عرض و طول جغرافیایی عدد نیست."})
        try:
            point = places.check_point(new.lat, new.lon)
        except places.WrongPlace as error:
            raise Invalid({"lat": error.fa}) from error
        return Place("point", point.lat_e6, point.lon_e6, new.address)
    if new.no_place:
        return Place("none", address=new.address)
    district_id = None
    if new.district:
        area = places.area_by_code(new.district)
        if area is None or area.kind != "district":
            raise Invalid({"district": "منطقه‌ای با این کد نیست."})
        district_id = area.id
    return Place("address", address=new.address, district_id=district_id)


def _phone(text: str | None) -> str | None:
    if not text:
        return None
    try:
        return parse_phone(text, installation.current().area_code)
    except BadPhone as error:
        raise Invalid({"phone": error.fa}) from error


def _register(new: NewRequest, client: ClientRow, key: Key) -> Registered:
    return register(
        by=By.INTEGRATOR, actor=f"k:{client.id}", channel="api", subject=new.subject, place=place_of(new),
        words=new.words, author=Author(new.name, _phone(new.phone), new.tell_by, new.lang), answers=dict(new.answers),
        key=key, credential=Credential(client.id, client.stamp), hazard=new.hazard, outside=new.outside,
        outside_ref=new.outside_ref,
    )  # fmt: skip


def _once_more(new: NewRequest, client: ClientRow, key: Key) -> Registered:
    """Registers; a pooled connection that was dead is replaced once, which the key makes safe."""
    try:
        return _register(new, client, key)
    except (OperationalError, InterfaceError):
        connection.close()
        return _register(new, client, key)


def register_request(request: HttpRequest) -> HttpResponse:
    """POST /api/v1/requests: 201 with the code, 200 when this key had done it before."""
    try:
        fresh_version()
        client = clients.client_of(request)
        clients.need(client, "register")
        new = decoded(request, _DECODER)
        assert isinstance(new, NewRequest)
        key = key_from(request, f"k:{client.id}", request.body)
        done = _once_more(new, client, key)
        _seen()
    except clients.Refusal as refusal:
        return refusal.response
    except CaseError as error:
        return of(error)
    except (OperationalError, InterfaceError):
        return problem(503, "database", "پایگاه داده پاسخ نداد؛ با همین کلید دوباره بفرستید.")
    body = _encode(Answered(done.code, "registered", done.first_answer_at, done.again))
    return HttpResponse(body, status=200 if done.again else 201, content_type="application/json")


_DECODER = msgspec.json.Decoder(NewRequest)
