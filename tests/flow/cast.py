"""Builders for tests of cases: real people, units and places of the loaded city, and verbs with less to type."""

from __future__ import annotations

import uuid
from random import Random
from typing import Any

from bina.flow.cases import photos
from bina.flow.cases.models import Case
from bina.flow.cases.moves import By
from bina.flow.cases.record import record
from bina.flow.cases.register import Author, Key, Place, Registered, register
from bina.flow.cases.write import Recorded
from bina.flow.waiting import holds
from bina.ground.catalogue.models import Subject
from bina.ground.city import places, units
from bina.ground.sla import version

PHONE = "+989990000137"
UNITS = ("MHD-03/D-TECH", "MHD-03/D-SERV", "MHD-03/D-GREEN")
CONSTRAINTS = ("UTILITY_FIRST", "SEASON_WEATHER", "UPPER_BODY_DECISION", "CITIZEN_INFO_NEEDED", "MACHINERY_SHORTAGE")


def ready() -> None:
    """Lets cached city data be used, as a request does."""
    version.check(version.current())


def key(text: str | None = None, body: bytes = b"body") -> Key:
    """An idempotency key; a new one each time unless named."""
    return Key("test", text or uuid.uuid4().hex, "test", body)


def spot(code: str = "MHD-03") -> Place:
    """A point in a district."""
    area = places.area_by_code(code)
    assert area is not None
    assert area.lat_e6 is not None
    return Place("point", area.lat_e6, area.lon_e6, "طبرسی ۱۲")


def new(subject: str = "0101", **more: Any) -> Registered:
    """A registered case: a pothole in district 3, told by a citizen with a phone."""
    ready()
    given: dict[str, Any] = {
        "by": By.CITIZEN, "actor": "citizen", "channel": "web", "subject": subject, "place": spot(),
        "words": "چالهٔ بزرگی جلوی مدرسه است", "author": Author("علی رضایی", PHONE, "sms"), "key": key(),
    }  # fmt: skip
    return register(**(given | more))


def unit(code: str = "MHD-03/D-TECH") -> units.UnitRow:
    """A unit by its code."""
    found = units.by_code(code)
    assert found is not None, code
    return found


def do(case_id: int, verb: str, by: By, actor: str = "p:1", **more: Any) -> Recorded:
    """One verb, with a key of its own."""
    given: dict[str, Any] = {"channel": "test", "key": key()}
    return record(case_id, verb, by=by, actor=actor, **(given | more))


def referred(subject: str = "0101", to: str = "MHD-03/D-TECH") -> int:
    """A case referred to a unit; its id."""
    case_id = new(subject).case_id
    do(case_id, "refer", By.EXPERT, unit=unit(to).id, words="لطفاً ببینید")
    return case_id


def in_progress(subject: str = "0101") -> int:
    """A case that its unit accepted; its id."""
    case_id = referred(subject)
    do(case_id, "accept", By.UNIT)
    return case_id


def photograph(case_id: int, **more: Any) -> None:
    """A small picture before and one after, as the child would have cleaned them."""
    picture = photos.Photo(b"\xff\xd8\xff small picture", 4, 3, None, None, None)
    for stage in ("before", "after"):
        photos.attach(case_id, [picture], stage=stage, by=By.UNIT, actor="p:1", channel="test", key=key(), **more)


def report(case_id: int, finding: str = "nothing_found", words: str = "در بازدید دیده شد") -> Recorded:
    """The unit's result with the photos that the subject wants."""
    photograph(case_id)
    return do(case_id, "report", By.UNIT, finding=finding, words=words)


def reported(finding: str = "nothing_found", subject: str = "0601") -> int:
    """A case with a result; its id."""
    case_id = in_progress(subject)
    report(case_id, finding)
    return case_id


def row(case_id: int) -> Case:
    """The case's row now."""
    return Case.objects.get(pk=case_id)


def step(case_id: int, chance: Random, at: int) -> None:
    """One legal verb, drawn by chance, at an hour (epoch seconds) that generated cities may use."""
    case, when = row(case_id), {"at": at, "origin": "demo"}
    if case.state == "registered":
        by = By.SUPERVISOR if case.returns >= 2 else By.EXPERT
        do(case_id, "refer", by, unit=unit(chance.choice(UNITS)).id, words="ببینید", **when)
    elif case.state == "referred":
        do(case_id, chance.choice(("seen", "accept")), By.UNIT, **when)
    elif case.state == "in_progress" and chance.random() < 0.5:
        holds.hold(case_id, constraint=chance.choice(CONSTRAINTS), review_at=at + 10**6, by=By.UNIT, actor="p:1",
                   channel="test", body=unit("WATER").id, **when)  # fmt: skip
    elif case.state == "waiting" and chance.random() < 0.8:
        one = chance.choice(case.more["holds"])
        verb = chance.choice((holds.attest, holds.release, holds.release))
        if not (verb is holds.attest and one["word"] == "attested"):
            by = By.BODY if verb is holds.attest else By.UNIT
            verb(case_id, hold=one["seq"], by=by, actor="p:2", channel="test", **when)
    elif case.state in ("in_progress", "waiting"):
        photograph(case_id, **when)
        do(case_id, "report", By.UNIT, finding="done", words="انجام شد", **when)
    elif case.state == "reported" and "inspection" not in case.more:
        verb = chance.choice(("send_back", "confirm", "dispute"))
        by = By.EXPERT if verb == "send_back" else By.CITIZEN
        reason = {"reason": "not_done"} if verb == "dispute" else {}
        do(case_id, verb, by, words="کم است", **reason, **when)
    else:
        do(case_id, "note", By.EXPERT, words="یادداشت", **when)


def check_every_result() -> None:
    """Lets the experts check every result of every subject."""
    Subject.objects.update(check_results="all")
    version.check(version.bump())
