"""Registration: contact, case, event, inbox row, promise and idempotency key in one prepared statement."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import IntegrityError, connection

from bina.flow.cases import clients
from bina.flow.cases.errors import Invalid, KeyEnded, KeyReused, NotAllowed
from bina.flow.cases.events import Event, contact_content, micros, moment, new_salt, salted
from bina.flow.cases.facts import check_given
from bina.flow.cases.moves import By
from bina.flow.cases.prepared import Prepared
from bina.flow.cases.replay import apply
from bina.flow.cases.row import FIELDS, cast, value_of
from bina.flow.cases.search import terms
from bina.ground.catalogue import subjects
from bina.ground.catalogue.answers import WrongAnswer, dangerous, read
from bina.ground.city import desks, places
from bina.ground.sla import clock, version
from bina.ground.sla.calendars import worktime
from bina.ground.text.codes import new_code
from bina.ground.text.letters import canonical as tidy

CENTRE_CALENDAR = "centre"
WORDS_MAX = 5000
NAME_MAX = 120
TELL_BY = ("sms", "call", "messenger", "none")


class Place(msgspec.Struct, frozen=True):
    """Where the problem is: a point (micro-degrees), words, or expressly no place."""

    kind: str  # point | address | none
    lat_e6: int | None = None
    lon_e6: int | None = None
    address: str = ""
    district_id: int | None = None


class Author(msgspec.Struct, frozen=True):
    """Who speaks, as far as he says: every part may be missing."""

    name: str = ""
    phone: str | None = None  # E.164
    tell_by: str = "none"
    lang: str = "fa"


class Key(msgspec.Struct, frozen=True):
    """An idempotency key: whose it is, itself, the route it came by, and the hash of the body it came with."""

    scope: str
    key: str
    route: str
    body: bytes


class Credential(msgspec.Struct, frozen=True):
    """An API client as it stood at the city's version that the thread was told: ending one makes another version."""

    client_id: int
    stamp: int


class Registered(msgspec.Struct, frozen=True):
    """What a registration gives back; `again` when the same key had done it before."""

    code: str
    case_id: int
    again: bool
    first_answer_at: int | None = None


class _Guard(Exception):
    """The city's data or a client's rights changed since this process read them."""


def settle(place: Place, subject: subjects.SubjectRow) -> dict[str, Any]:
    """District, sub-district, neighbourhood and desk of a place, as the event's results."""
    given: dict[str, Any] = {"place": place.kind}
    district, subdistrict = place.district_id, None
    if place.kind == "point":
        if place.lat_e6 is None or place.lon_e6 is None:
            raise Invalid({"place": "برای نقطه، عرض و طول جغرافیایی لازم است."})
        where = places.locate(place.lat_e6, place.lon_e6)
        if where is None:
            raise Invalid({"place": "این نقطه بیرون از محدودهٔ شهر است. نقطه را روی نقشه جابه‌جا کنید یا نشانی بنویسید."})
        district = where.district.id
        given |= {"lat": place.lat_e6, "lon": place.lon_e6}
        if where.subdistrict:
            subdistrict = given["subdistrict"] = where.subdistrict.id
        if where.neighbourhood:
            given["neighbourhood"] = where.neighbourhood.id
    elif place.kind == "address":
        if not place.address.strip():
            raise Invalid({"place": "نشانی را بنویسید، یا بگویید که درخواست جای مشخصی ندارد."})
    elif subject.place_required:
        raise Invalid({"place": "برای این موضوع، جای مسئله لازم است: نشانی یا نقطه‌ای روی نقشه بدهید."})
    if district:
        given["district"] = district
    desk = desks.desk_for(district, subdistrict, subject.group_code) if district else None
    if desk:
        given["desk"] = desk
    return given


def _clean(words: str, author: Author, place: Place) -> tuple[str, str, str]:
    errors: dict[str, str] = {}
    said, name, address = tidy(words), tidy(author.name), tidy(place.address)
    if not said:
        errors["words"] = "بنویسید چه شده است؛ چند کلمه هم کافی است."
    elif len(said) > WORDS_MAX:
        errors["words"] = f"شرح بلندتر از {WORDS_MAX} حرف است؛ کوتاه‌ترش کنید و بقیه را عکس یا پیام بعدی بفرستید."
    if len(name) > NAME_MAX:
        errors["name"] = "نام بلندتر از حد است؛ فقط نام و نام خانوادگی را بنویسید."
    if len(address) > 500:
        errors["place"] = "نشانی بلندتر از ۵۰۰ حرف است؛ کوتاه‌ترش کنید."
    if author.tell_by not in TELL_BY:
        errors["tell_by"] = "راه خبررسانی را از فهرست برگزینید."
    elif author.tell_by in ("sms", "call") and not author.phone:
        errors["phone"] = "برای خبر با پیامک یا تماس، شمارهٔ تلفن لازم است؛ یا «نیازی به خبر نیست» را برگزینید."
    if errors:
        raise Invalid(errors)
    return said, name, address


def _answers(row: subjects.SubjectRow, given: dict[str, Any]) -> dict[str, Any]:
    """The answers to the subject's questions in their stored form; Invalid names the question."""
    try:
        return dict(read(row, given)) if given else {}
    except WrongAnswer as error:
        raise Invalid({f"answers.{error.question}": error.fa}) from error


# What nothing has touched yet is left to the table: NULL. Each value less is a hundredth of the statement's cost.
UNTOUCHED = (
    "unit_id", "outcome", "unit_due_at", "answered_at", "reported_at", "done_at", "confirmed_at", "closed_at",
    "answer_until", "guarantee_until", "word_at", "finding", "merged_into_id", "old_code",
)  # fmt: skip
# And what every case is born with stands in the statement itself, so that nothing has to be sent and read.
BORN: dict[str, str | int] = {
    "state": "registered", "hands": "137", "authors": 1, "recontacts": 0, "disputes": 0, "returns": 0, "send_backs": 0,
    "calls": 0,
}  # fmt: skip
# The first news is due when the first answer is: one moment, sent once.
_APART = ("registered_at", "changed_at", "hands_since", "seq", "news_due_at", "more", *UNTOUCHED, *BORN)
_CASE_FIELDS = tuple(f for f in FIELDS if f not in _APART)
STATEMENT = Prepared(
    "bina_register",
    f"""
WITH idem AS (
  INSERT INTO cases_idempotency (scope, key, route, body, result, at)
  SELECT %(scope)s::text, %(key)s::text, %(route)s::text, %(body)s::bytea,
         (%(result)s::text || nextval('cases_case_id_seq') || '}}')::jsonb, {clock.NOW}
  FROM sla_cityversion v WHERE v.version = %(version)s::bigint
  ON CONFLICT (scope, key) DO NOTHING RETURNING 1
), new AS MATERIALIZED (
  SELECT currval('cases_case_id_seq') AS case_id, nextval('cases_contact_id_seq') AS contact_id,
         coalesce(%(at)s::timestamptz, {clock.NOW}) AS at, {clock.NOW} AS recorded_at,
         date_trunc('second', least(%(at)s::timestamptz, {clock.NOW})) AS s
  FROM idem
), contact AS (
  INSERT INTO cases_contact (id, case_id, kind, channel, at, actor, subject_id, district_id, instant, tell_by, outside,
    origin, name, phone, words, answers, outside_ref, lang, salt)
  SELECT contact_id, case_id, %(kind)s::text, %(channel)s::text, at, %(actor)s::text, %(subject_id)s::bigint,
    %(district_id)s::bigint, false, %(tell_by)s::text, %(outside)s::text, %(origin)s::text, %(name)s::text,
    %(phone)s::text, %(words)s::text, %(answers)s::text::jsonb, %(outside_ref)s::text, %(lang)s::text,
    %(salt)s::bytea FROM new
), kase AS (
  INSERT INTO cases_case (id, seq, registered_at, changed_at, hands_since, news_due_at, point, more,
    {", ".join(BORN)}, {", ".join(_CASE_FIELDS)})
  SELECT case_id, 1, s, s, s, %(first)s::timestamptz, point(%(x)s::float8, %(y)s::float8),
    (%(more)s::text || contact_id || '}}')::jsonb,
    {", ".join(f"{value!r}" for value in BORN.values())}, {", ".join(cast(f) for f in _CASE_FIELDS)} FROM new
), texts AS (
  INSERT INTO cases_casetext (case_id, address, terms) SELECT case_id, %(address)s::text, %(terms)s::tsvector FROM new
), event AS (
  INSERT INTO cases_event (stream_kind, stream_id, seq, verb, at, recorded_at, actor, channel, origin, given)
  SELECT 'case', case_id, 1, 'register', at, recorded_at, %(actor)s::text, %(channel)s::text, %(origin)s::text,
    (%(given)s::text || contact_id || '}}')::jsonb FROM new RETURNING id
), inbox AS (
  INSERT INTO cases_inbox (event_id) SELECT id FROM event
), promise AS (
  INSERT INTO cases_promise (case_id, seq, kind, due_at, given_at, contact_id)
  SELECT case_id, 1, 'first_answer', %(first)s::timestamptz, s, contact_id FROM new
  WHERE %(first)s::timestamptz IS NOT NULL
)
SELECT case_id FROM new
""",
)


def register(
    *, by: By, actor: str, channel: str, subject: str | int, place: Place, words: str, author: Author | None = None,
    answers: dict[str, Any] | None = None, kind: str = "new", key: Key, credential: Credential | None = None,
    hazard: bool = False, outside: str | None = None, outside_ref: str = "", origin: str = "live",
    at: int | None = None,
) -> Registered:  # fmt: skip
    """Registers one case and its first contact; returns its code.

    The same key gives the same answer again (`again`); with another body KeyReused is raised. Raises Invalid field by
    field, KeyEnded when the client's key no longer stands. `at` (epoch seconds) only for generated cities and
    offline doors.
    """
    if by not in (By.CITIZEN, By.OPERATOR, By.INTEGRATOR):
        raise NotAllowed
    author = author or Author()
    if version.known() is None:
        _anew(credential)
    said, name, address = _clean(words, author, place)
    for _try in range(4):
        row = subjects.by_code(subject) if isinstance(subject, str) else subjects.by_id(subject)
        if row is None:
            raise Invalid({"subject": "این موضوع در فهرست نیست؛ یکی از موضوع‌ها را برگزینید."})
        said_to = _answers(row, answers or {})
        danger = hazard or dangerous(row, said_to)
        params, first = parameters(
            row, place, said, name, address, author, said_to, kind=kind, actor=actor, channel=channel, key=key,
            hazard=danger, outside=outside, outside_ref=outside_ref, origin=origin, at=at,
        )  # fmt: skip
        try:
            case_id = _execute(params)
        except _Guard:
            _anew(credential)
            continue
        except IntegrityError as error:
            if "cases_case_code" in str(error):
                continue  # one code in some hundred thousand is taken: another is drawn
            raise
        if case_id is None:
            return _again(key)
        return Registered(code=params["code"], case_id=case_id, again=False, first_answer_at=first)
    raise NotAllowed("ثبت انجام نشد؛ یک بار دیگر بفرستید.")


def _anew(credential: Credential | None) -> None:
    """Tells this thread the city's version of now; KeyEnded when by then the client is no longer what it was."""
    version.check(version.current())
    if credential and not clients.stands(credential.client_id, credential.stamp):
        raise KeyEnded


def parameters(
    row: subjects.SubjectRow, place: Place, said: str, name: str, address: str, author: Author,
    answers: dict[str, Any], *, kind: str, actor: str, channel: str, key: Key, hazard: bool, outside: str | None,
    outside_ref: str, origin: str, at: int | None,
) -> tuple[dict[str, Any], int | None]:  # fmt: skip
    """Every value of the statement, from the event's results and the fold of that one event."""
    now = moment(at) if at is not None else clock.estimate()
    salt = new_salt()
    danger = bool(hazard or row.hazard)
    given: dict[str, Any] = {
        "code": new_code(), "subject": row.id, **settle(place, row), "priority": 1 if danger else row.priority,
        "hazard": danger, "sensitivity": row.sensitivity, "answer_window": row.answer_window_days,
        "guarantee": row.guarantee_days, "words": salted(contact_content(said, name, author.phone, answers), salt),
    }  # fmt: skip
    if outside:
        given["outside"] = outside
    if address:
        given["address"] = salted(address, salt)
    first = None
    if row.first_answer_seconds:
        calendar = "always" if row.first_answer_clock == "clock" else CENTRE_CALENDAR
        first = int(worktime(calendar).due(now, row.first_answer_seconds).timestamp())
        given["first_answer_at"] = first
    check_given("register", given)
    event = Event(0, "case", 0, 1, "register", micros(now), micros(now), actor, channel, origin, given)
    summary = apply(None, event)
    x = y = None
    if summary.lat_e6 is not None and summary.lon_e6 is not None:
        x, y = places.metres(summary.lat_e6, summary.lon_e6)
    params: dict[str, Any] = {f: value_of(summary, f) for f in _CASE_FIELDS}
    params |= {
        "version": version.known(), "shift": clock.known_shift(), "at": moment(at) if at is not None else None,
        "scope": key.scope, "key": key.key, "route": key.route, "body": key.body, "kind": kind, "channel": channel,
        "actor": actor, "tell_by": author.tell_by, "outside": outside, "origin": origin, "name": name,
        "phone": author.phone, "words": said, "answers": msgspec.json.encode(answers).decode(),
        "outside_ref": outside_ref, "lang": author.lang, "salt": salt, "x": x, "y": y, "address": address,
        "terms": terms(said, address, names=[name]), "given": unfinished(given, "contact"),
        "more": unfinished(summary.more, "contact"), "first": moment(first) if first is not None else None,
        "result": unfinished({"code": given["code"], "first": first}, "case"),
    }  # fmt: skip
    return params, first


def unfinished(fields: dict[str, Any], last: str) -> str:
    """A JSON object up to the value of its last field, a number that only the statement knows.

    Joined as text it is read once; built by jsonb's own functions it costs the statement a fortieth more.
    """
    body = msgspec.json.encode(fields).decode().removesuffix("}")
    return f'{body}{"," if fields else ""}"{last}":'


def _execute(params: dict[str, Any]) -> int | None:
    """The new case's number, None when the key is known already; _Guard when the city's version is another by now."""
    rows = STATEMENT.run(params)
    if rows:
        return int(rows[0][0] or 0)
    if version.current() != params["version"]:
        raise _Guard
    return None


def _again(key: Key) -> Registered:
    """The answer that this key got before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT route, body, result::text FROM cases_idempotency WHERE scope = %s::text AND key = %s::text",
            [key.scope, key.key],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotAllowed("ثبت انجام نشد؛ یک بار دیگر بفرستید.")
    route, body, result = row
    if route != key.route or bytes(body) != key.body:
        raise KeyReused
    found = msgspec.json.decode(result)
    return Registered(found["code"], found["case"], again=True, first_answer_at=found.get("first"))
