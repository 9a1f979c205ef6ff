"""Every form of the pages: where it is sent, by whom, and what a well-filled one carries."""

from __future__ import annotations

import html
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.test import Client

from bina.doors.web.case_fields import DayField
from bina.doors.web.deeds import possible
from bina.flow.cases import access
from bina.flow.cases.models import Case
from bina.flow.cases.moves import By
from bina.flow.waiting import holds
from bina.ground.city import people
from bina.ground.city.roles import Role
from bina.ground.sla import clock, version
from bina.ground.sla.calendars import worktime
from bina.ground.text.jalali import numeric_date
from tests.doors.web.staff import EXPERT, HEAD, OPERATOR, SUPERVISOR, as_
from tests.flow.cast import PHONE, do, in_progress, key, new, photograph, referred, reported, row, unit

REPORT = {
    "subject": "0101", "words": "چاله‌ای جلوی مدرسه است", "address": "طبرسی ۱۲", "district": "MHD-03",
    "name": "علی رضایی", "phone": "09990000137", "tell_by": "sms", "lat": "", "lon": "",
}  # fmt: skip


@dataclass(frozen=True)
class Form:
    """One form: its name, its address, a browser that may send it, and its fields well filled."""

    name: str
    address: str
    client: Client
    typed: dict[str, str]
    free: tuple[str, ...] = field(default=("words",))  # where people write what must not be lost

    def send(self, **typed: Any) -> Any:
        """Sends it with a fresh key; fields given replace the good ones."""
        with undone():
            return self.client.post(self.address, {"key": uuid.uuid4().hex} | self.typed | typed)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def browser(username: str = "") -> Client:
    """A browser that gets the page of a fault instead of the exception, signed in if somebody is named."""
    client = as_(username) if username else Client()
    client.raise_request_exception = False
    return client


def proven(case: Case) -> Client:
    """The browser of a citizen who gave the code with its telephone."""
    client = browser()
    assert client.post("/track/prove", {"code": case.code, "phone": PHONE}).status_code == 302
    return client


def citizen_forms() -> list[Form]:
    """The forms that anybody may send."""
    case = row(reported())
    mine = proven(case)
    return [
        Form("new", "/report", browser(), REPORT, ("words", "address", "name", "phone")),
        Form("prove", "/track/prove", browser(), {"code": case.code, "phone": PHONE}, ("phone",)),
        Form("dispute", f"/mine/{case.code}/dispute", mine, {"words": "نشده", "reason": "not_done"}),
        Form("confirm", f"/mine/{case.code}/confirm", mine, {"words": "شد"}, ()),
        Form("recontact", f"/mine/{case.code}/recontact", mine, {"words": "خبری نشد", "reason": "no_news"}),
        Form("reply", f"/mine/{case.code}/reply", mine, {"words": "دیروز بود"}),
        Form("told by", f"/mine/{case.code}/tell", mine, {"tell_by": "call"}, ()),
        Form("citizen photo", f"/mine/{case.code}/photo", mine, {}, ()),
        Form("sign-in", "/sign-in", browser(), {"username": "karimi", "password": "x", "next": "/"}, ("username",)),
        Form("theme", "/look", browser(), {"theme": "dark", "next": "/"}, ()),
        Form("language", "/language", browser(), {"language": "en", "next": "/"}, ()),
        Form("enter", "/enter", browser(), {"person": "1"}, ()),
        Form(
            "telephone",
            "/telephone/write",
            browser(),
            {"who": str(case.more["contact"]), "text": "خبری نشد"},
            ("text",),
        ),
    ]


def _answers() -> dict[str, str]:
    from bina.ground.catalogue import subjects

    return {f"answers.{q.code}": "yes" for q in subjects.by_code(REPORT["subject"]).questions if q.kind == "yesno"}


def _rings() -> int:
    """A ringing line."""
    from bina.flow.dialogue import calls

    return calls.heard(client_id=1, ref="c-1", line="137", event="ring", phone=PHONE)


def anytime() -> None:
    """Lets people be called back at whatever hour the tests run."""
    from bina.ground.sla.models import Calendar

    Calendar.objects.filter(code="calling").update(always=True)
    version.check(version.bump())


def centre_forms() -> list[Form]:
    """The forms of the call centre and of lists."""
    anytime()
    case, result = row(referred()), row(reported())
    return [
        Form("desk", "/desk", browser(OPERATOR), REPORT | _answers(), ("words", "address", "name", "phone")),
        Form("join", f"/desk/{case.code}/join", browser(OPERATOR),
             {"kind": "recontact", "reason": "no_news", "words": "خبری نشد", "phone": PHONE, "name": "علی"}),
        Form("instant", "/desk/instant", browser(OPERATOR),
             {"answer": "waste-hours", "asked": "زباله کی می‌برند", "kind": "question", "phone": PHONE}, ("asked",)),
        Form("similar from the desk", f"/desk/{case.code}/join", browser(OPERATOR), REPORT | {"kind": "similar"},
             ("words", "address", "name", "phone")),
        Form("call taken", f"/desk/ring/{_rings()}/take", browser(OPERATOR), {}, ()),
        Form("call ended", f"/desk/ring/{_rings()}/end", browser(OPERATOR), {}, ()),
        Form("called", f"/callback/{result.code}", browser(OPERATOR),
             {"result": "not_confirmed", "reason": "not_done", "words": "نشده"}),
        Form("authors", f"/case/{case.code}/authors", browser(HEAD), {"reason": "تماس"}, ()),
        Form("accept many", "/inbox/accept", browser(HEAD), {"pick": f"{case.code}:{case.seq}"}, ()),
        Form("draft", "/draft/desk", browser(OPERATOR), {"typed": '{"words":["الف"]}'}, ()),
    ]  # fmt: skip


def admin_forms() -> list[Form]:
    """The administrator's forms: first sent, each only shows what it would do."""
    from bina.ground.catalogue import edits
    from bina.ground.city import installation
    from bina.ground.city.models import DeskHolder, Right
    from bina.ground.sla import rolls
    from bina.ground.sla.models import Holiday, Profile

    person, expert, tech = _administrator(), people.by_username(EXPERT), unit()
    assert expert is not None
    right = Right.objects.filter(person=expert, valid_to=None).first()
    held = DeskHolder.objects.filter(valid_to=None).first()
    profile, holiday = Profile.objects.filter(valid_to=None).first(), Holiday.objects.filter(status="proposed").first()
    today, why = numeric_date(installation.today()), {"why": "نامهٔ ۱۳۷"}
    free = ("why",)
    who = {"name": "خانم سارا رضایی", "phone": "09990000137", "email": "s@example.ir"}
    given = {"role": "liaison", "unit": tech.code, "area": "", "sensitivity": "0", "since": today, "until": ""}
    hours = {f"day_{day}": "۷ تا ۱۵" for day in range(5)} | {"day_5": "", "day_6": "", "day_holiday": ""}
    subject = {
        "name": "چاله", "name_en": "Pothole", "keywords": "چاله، گودال", "deadline_seconds": "۲۴ ساعت",
        "deadline_clock": "clock", "first_answer_seconds": "۶۰ دقیقه", "first_answer_clock": "working",
        "priority": "2", "check_results": "all", "answer_window_days": "7", "guarantee_days": "30", "since": today,
    }  # fmt: skip
    body = {"name": "اداره", "name_en": "", "phone": "", "calendar_code": "always", "since": today}
    closed = {"calendar": "", "reason": "سرما", "first": today, "first_hour": "", "last": today, "last_hour": "",
              "source": ""}  # fmt: skip
    [standing] = edits.answers(limit=1)
    answer = {"title": "پرسش دیگر؟", "body": "پاسخ کوتاه.", "keywords": "الف، ب", "subject": "0101", "owner": "مرکز",
              "until": ""}  # fmt: skip
    code = next(c.code for c in rolls.calendars() if not c.always)
    rows: list[tuple[str, str, dict[str, str]]] = [
        ("admin newcomer", "people/new", who | given | {"username": "s.rezaei"}),
        ("admin identity", f"people/{expert.pk}/who", who), ("admin right", f"people/{expert.pk}/right", given),
        ("admin link", f"people/{expert.pk}/link", {}), ("admin leave", f"people/{expert.pk}/leave", {"last": today}),
        ("admin right end", f"rights/{right.pk}/end", {"last": today}), ("admin unit", f"units/{tech.id}", body),
        ("admin liaison", f"units/{tech.id}/liaison", {"person": EXPERT, "since": today, "until": ""}),
        ("admin desk", f"desks/{held.desk_id}", {"person": HEAD, "since": today, "until": "", "instead_of": ""}),
        ("admin holder", f"holders/{held.pk}/end", {"last": today}), ("admin subject", "subjects/0101", subject),
        ("admin hours", f"hours/{code}", {"reason": "معمول", "rank": "0", "since": today, "until": ""} | hours),
        ("admin hours end", f"profiles/{profile.pk}/end", {"last": today}), ("admin closure", "closures/new", closed),
        ("admin answer new", "answers/new", answer | {"title": "پرسش تازه؟", "since": today}),
        ("admin answer", f"answers/{standing.code}", answer),
        ("admin answer end", f"answers/{standing.code}/end", {"last": today}),
        ("admin holiday", "holidays/new", {"on": today, "name": "روز تازه", "source": "هیئت دولت"}),
        ("admin settle", f"holidays/{holiday.pk}/confirm", {"source": "تقویم رسمی"}),
    ]  # fmt: skip
    propose = Form("admin propose", "/admin/holidays/propose", browser(person), {"year": "1407"}, ())
    return [
        propose,
        *(Form(name, f"/admin/{where}", browser(person), typed | why, free) for name, where, typed in rows),
    ]


def _administrator() -> str:
    [right, *_] = people.of_role(Role.ADMIN)
    person = people.person(right.person_id)
    assert person is not None
    return person.username


GOOD: dict[str, str] = {
    "words": "متن درست", "unit": "MHD-03/D-SERV", "proposed_unit": "MHD-03/D-SERV", "body": "WATER", "lat": "",
    "lon": "", "constraint": "UTILITY_FIRST", "finding": "nothing_found", "stage": "after", "reference": "۱۲۳",
    "to": "آقای کریمی",
    "into": "4123456789", "subject": "0801", "address": "سجاد ۵", "district": "MHD-02",
}  # fmt: skip


def staff_forms() -> list[Form]:
    """The form of every verb on the page of a case, each by somebody who may use it there."""
    found: dict[str, Form] = {}
    for case_id in (new().case_id, referred(), _going(), _waiting(), reported(), _asked(), _closed()):
        case = row(case_id)
        for who in (SUPERVISOR, EXPERT, HEAD, OPERATOR, _water()):
            person = people.by_username(who)
            viewer = people.viewer(person.pk) if person else None
            if viewer is None or not access.cases_for(viewer).filter(pk=case_id).exists():
                continue
            for verb in possible(case, access.hats(viewer, case)):
                if verb not in found:
                    found[verb] = _verb_form(verb, case, who)
    return list(found.values())


def _verb_form(verb: str, case: Case, who: str) -> Form:
    from bina.doors.web.deeds import FORMS

    fields = FORMS[verb](case=case).fields
    typed = {"seq": str(case.seq)} | {n: _good(n, f) for n, f in fields.items() if n not in ("photo", "before")}
    if verb == "hand_over":
        typed["unit"] = "WATER"
    if verb == "merge":
        typed["into"] = row(new().case_id).code
    free = tuple(n for n in ("words", "reference") if n in fields)
    return Form(verb, f"/case/{case.code}/{verb}", browser(who), typed, free)


def _good(name: str, field: Any) -> str:
    """A value that the field takes: what is named above, a working day, or the first choice."""
    if name in GOOD:
        return GOOD[name]
    if isinstance(field, DayField):
        return numeric_date(worktime("office").add_days(clock.now(), 9).date())
    codes = [code for code, _word in field.choices if code]
    return str(codes[0]) if codes else ""


def _water() -> str:
    """Somebody of the water company, whose word on a hold is asked for."""
    from bina.ground.city.models import Right

    right = Right.objects.filter(unit_id=unit("WATER").id).first()
    if right is None:
        person_id = people.add(username="water", name="خانم آبی")
        people.give_right(person_id, Role.LIAISON, unit_id=unit("WATER").id)
        return "water"
    return right.person.username


def _going() -> int:
    """In progress, with the photos that its result wants."""
    case_id = in_progress()
    photograph(case_id)
    return case_id


def _waiting() -> int:
    case_id = in_progress()
    review = int(clock.now().timestamp()) + 10**6
    holds.hold(case_id, constraint="UTILITY_FIRST", review_at=review, by=By.UNIT, actor="p:1", channel="test",
               key=key(), body=unit("WATER").id, words="لوله")  # fmt: skip
    return case_id


def _asked() -> int:
    case_id = referred()
    do(case_id, "side_opened", By.EXPERT, unit=unit("MHD-03/D-SERV").id, words="با شماست؟")
    do(case_id, "decline_proposed", By.EXPERT, reason="private_dispute", words="دیوار")
    return case_id


def _closed() -> int:
    case_id = new().case_id
    do(case_id, "decline_proposed", By.EXPERT, reason="private_dispute", words="دیوار")
    do(case_id, "decline", By.SUPERVISOR, actor="p:2", words="شدنی نیست")
    return case_id


def shown(text: str) -> str:
    """A text as it stands in a page."""
    return html.escape(text)
