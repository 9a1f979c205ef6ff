"""The table of facts: what is written into a case's history without changing its state, and what each event carries."""

from __future__ import annotations

from dataclasses import dataclass

from bina.flow.cases.moves import By

_B = By
STAFF = (_B.OPERATOR, _B.DUTY_OFFICER, _B.EXPERT, _B.SUPERVISOR, _B.UNIT, _B.LIAISON, _B.CREW, _B.INSPECTOR)
CENTRE = (_B.OPERATOR, _B.DUTY_OFFICER, _B.EXPERT, _B.SUPERVISOR)
MACHINE = (_B.RULE, _B.CLOCK)


@dataclass(frozen=True, slots=True)
class Fact:
    """One kind of fact: its name, who may state it, whether also on a closed case."""

    verb: str
    fa: str
    by: tuple[By, ...]
    on_closed: bool = False


# fmt: off
FACTS: tuple[Fact, ...] = (
    Fact("contact", "پیام تازه", (_B.CITIZEN, _B.OPERATOR, _B.INTEGRATOR, _B.CALLBACK), True),
    Fact("attach", "پیوند درخواست دیگر", (*CENTRE, *MACHINE)),
    Fact("detach", "جداسازی پیام", CENTRE),
    Fact("author_withdrawn", "انصراف یک نفر", (_B.CITIZEN, _B.OPERATOR)),
    Fact("notified", "ابلاغ", MACHINE),
    Fact("seen", "دیده شد", (_B.UNIT, _B.LIAISON)),
    Fact("spoken", "ابلاغ تلفنی", (_B.DUTY_OFFICER, _B.OPERATOR, _B.EXPERT)),
    Fact("side_opened", "استعلام", (_B.EXPERT, _B.SUPERVISOR, _B.UNIT, _B.LIAISON)),
    Fact("side_answered", "پاسخ استعلام", (_B.UNIT, _B.LIAISON, _B.BODY, _B.EXPERT)),
    Fact("note", "یادداشت", STAFF, True),
    Fact("answer", "پاسخ به شهروند", (*CENTRE, _B.UNIT, _B.LIAISON), True),
    Fact("ask", "پرسش از شهروند", (*CENTRE, _B.UNIT, _B.LIAISON)),
    Fact("photo", "عکس", (*STAFF, _B.CITIZEN, _B.INTEGRATOR), True),
    Fact("told", "آگاه شد", (*CENTRE, *MACHINE, _B.CALLBACK), True),
    Fact("called", "تماس بازخورد", (_B.CALLBACK,), True),
    Fact("promise_given", "وعده", (_B.EXPERT, _B.SUPERVISOR, _B.OPERATOR, _B.RULE)),
    Fact("promise_kept", "وعده عمل شد", MACHINE, True),
    Fact("promise_broken", "وعده عمل نشد", MACHINE),
    Fact("follow_up", "پیگیری", (_B.EXPERT, _B.SUPERVISOR, _B.OPERATOR)),
    Fact("snoozed", "کنار گذاشتن تا روزی دیگر", (_B.EXPERT, _B.SUPERVISOR)),
    Fact("visit", "بازدید", (_B.UNIT, _B.LIAISON, _B.CREW, _B.INSPECTOR)),
    Fact("partly_done", "بخشی انجام شد", (_B.UNIT, _B.LIAISON, _B.CREW)),
    Fact("job_planned", "دستور کار", (_B.UNIT, _B.LIAISON)),
    Fact("job_started", "آغاز کار", (_B.UNIT, _B.LIAISON, _B.CREW)),
    Fact("job_done", "پایان کار", (_B.UNIT, _B.LIAISON, _B.CREW)),
    Fact("hold_attested", "تأیید مانع", (_B.BODY, _B.RULE)),
    Fact("hold_contested", "رد مانع", (_B.BODY,)),
    Fact("hold_renewed", "تمدید مانع", (_B.UNIT, _B.LIAISON)),
    Fact("hold_ended", "پایان یک مانع", (_B.UNIT, _B.LIAISON, _B.BODY, _B.RULE)),
    Fact("demand_linked", "پیگیری بالادستی", (_B.EXPERT, _B.SUPERVISOR)),
    Fact("demand_answered", "پاسخ بالادست", (_B.EXPERT, _B.SUPERVISOR, _B.BODY)),
    Fact("credit_encumbered", "تأمین اعتبار", (_B.BODY, _B.RULE)),
    Fact("credit_freed", "آزادسازی اعتبار", (_B.BODY, _B.RULE), True),
    Fact("inspection_ordered", "دستور بازرسی", (_B.EXPERT, _B.SUPERVISOR, *MACHINE)),
    Fact("inspection_made", "بازرسی", (_B.INSPECTOR,)),
    Fact("decline_proposed", "پیشنهاد غیرقابل اقدام", (_B.EXPERT, _B.BODY)),
    Fact("decline_refused", "رد پیشنهاد «غیرقابل اقدام»", (_B.SUPERVISOR,)),
    Fact("objection", "اعتراض", (_B.CITIZEN, _B.OPERATOR), True),
    Fact("reopening_proposed", "پیشنهاد بازگشایی", (_B.CITIZEN, _B.OPERATOR, _B.INTEGRATOR, _B.CALLBACK), True),
    Fact("desk_reached", "رسیدن به میز", (_B.OPERATOR, _B.DUTY_OFFICER, _B.RULE)),
    Fact("deadline_moved", "جابه‌جایی مهلت واحد", (_B.RULE,)),
    Fact("escalated", "ارجاع به بالاتر", MACHINE),
    Fact("acknowledged", "دیدم", STAFF),
    Fact("change_subject", "تغییر موضوع", (*CENTRE, _B.INTEGRATOR)),
    Fact("correct_place", "اصلاح نشانی", CENTRE),
    Fact("split", "تفکیک", (_B.OPERATOR, _B.EXPERT)),
    Fact("erased", "حذف داده‌های شخصی", (_B.SUPERVISOR, _B.CLOCK), True),
)
# fmt: on
BY_FACT: dict[str, Fact] = {f.verb: f for f in FACTS}

# What an event may carry besides its columns. Kinds: id (row number), int, time (epoch seconds), code (a word of
# a stated list), text (a reference that names no person), hash (hex sha256 of an erasable text), ids, flag, map.
# Events hold no names, phones or free words: those stand in erasable rows, and the event holds their hash.
_WORDS = {"words": "hash"}
_FILES = {"files": "ids", "digests": "texts"}
# fmt: off
GIVEN: dict[str, dict[str, str]] = {
    "register": {
        "code": "text", "contact": "id", "subject": "id", "district": "id", "subdistrict": "id", "neighbourhood": "id",
        "desk": "id", "place": "code", "lat": "int", "lon": "int", "priority": "int", "hazard": "flag",
        "sensitivity": "int", "first_answer_at": "time", "old_code": "text", "outside": "code",
        "answer_window": "int", "guarantee": "int", "address": "hash", **_WORDS,
    },
    "refer": {"unit": "id", "kind": "code", "owner": "code", "due_at": "time", "settled": "flag",
              "proposed": "id", "desk": "id", **_WORDS},
    "accept": {"spoken": "flag", "plan_at": "time"},
    "return": {"reason": "code", "proposed_unit": "id", **_WORDS},
    "hold": {"constraint": "text", "rank": "int", "owner": "code", "body": "id", "line": "id",
             "demand": "id", "review_at": "time", "silent_at": "time", "credit_due_at": "time", "attested": "flag",
             "self": "flag", **_WORDS},
    "release": {"hold": "int", "due_at": "time", **_WORDS},
    "report": {"finding": "code", "proof": "flag", "done_at": "time", "answer_until": "time", **_FILES, **_WORDS},
    "send_back": {"missing": "code", "due_at": "time", **_WORDS},
    "confirm": {"contact": "id", "outcome": "code", "answer_until": "time", "guarantee_until": "time", **_WORDS},
    "dispute": {"reason": "code", "contact": "id", "unit": "id", "due_at": "time", "owner": "code",
                "inspection": "flag", **_WORDS},
    "close_unheard": {"outcome": "code", "answer_until": "time", "guarantee_until": "time"},
    "decline": {"reason": "code", "proposer": "text", "year": "int", **_WORDS},
    "hand_over": {"unit": "id", "reference": "text", **_WORDS},
    "withdraw": {"contact": "id"},
    "merge": {"into": "id", "into_code": "text"},
    "reopen": {"reason": "code", "unit": "id", "due_at": "time", "owner": "code", "contact": "id", **_WORDS},
    "contact": {"contact": "id", "kind": "code", "reason": "code", "priority": "int", "number": "int", **_WORDS},
    "attach": {"case": "id", "code": "text", "authors": "int", "recontacts": "int"},
    "detach": {"contact": "id", "case": "id"},
    "author_withdrawn": {"contact": "id"},
    "notified": {"unit": "id", "means": "code"},
    "seen": {"unit": "id"},
    "spoken": {"unit": "id", **_WORDS},
    "side_opened": {"unit": "id", "due_at": "time", **_WORDS},
    "side_answered": {"referral": "int", **_WORDS},
    "note": {**_WORDS},
    "answer": {"temporary": "flag", "next_news_at": "time", **_WORDS},
    "ask": {**_WORDS},
    "photo": {"stage": "code", "contact": "id", **_FILES},
    "told": {"means": "code", "contact": "id", **_WORDS},
    "called": {"result": "code", "contact": "id", "next_at": "time", **_WORDS},
    "promise_given": {"kind": "code", "due_at": "time", "contact": "id"},
    "promise_kept": {"promise": "int"},
    "promise_broken": {"promise": "int"},
    "follow_up": {"follow_up": "id", "unit": "id", "means": "code", "word_at": "time", "many": "text", **_WORDS},
    "snoozed": {"until": "time", **_WORDS},
    "visit": {"job": "int", "finding": "code", "quantity": "int", **_WORDS},
    "partly_done": {"rest_at": "time", **_FILES, **_WORDS},
    "job_planned": {"crew": "id", "kind": "code", "plan_at": "time"},
    "job_started": {"job": "int"},
    "job_done": {"job": "int", "quantity": "int"},
    "hold_attested": {"hold": "int", "due_at": "time", **_WORDS},
    "hold_contested": {"hold": "int", **_WORDS},
    "hold_renewed": {"hold": "int", "review_at": "time", **_WORDS},
    "hold_ended": {"hold": "int", "due_at": "time", **_WORDS},
    "demand_linked": {"demand": "id", "body": "id"},
    "demand_answered": {"demand": "id", **_WORDS},
    "credit_encumbered": {"line": "id", "amount": "int"},
    "credit_freed": {"line": "id", "amount": "int"},
    "inspection_ordered": {"why": "code"},
    "inspection_made": {"passed": "flag", "defects": "texts", **_WORDS},
    "decline_proposed": {"reason": "code", "year": "int", **_WORDS},
    "decline_refused": {"proposal": "int", **_WORDS},
    "objection": {"contact": "id", **_WORDS},
    "reopening_proposed": {"reason": "code", "contact": "id", **_WORDS},
    "desk_reached": {"desk": "id"},
    "deadline_moved": {"due_at": "time", "why": "code"},
    "escalated": {"step": "int", "to": "code", "why": "code"},
    "acknowledged": {"why": "code"},
    "change_subject": {"subject": "id", "priority": "int", "hazard": "flag", "sensitivity": "int", "desk": "id"},
    "correct_place": {"district": "id", "subdistrict": "id", "neighbourhood": "id", "desk": "id", "place": "code",
                      "lat": "int", "lon": "int", **_WORDS},
    "split": {"case": "id", "code": "text", "contact": "id"},
    "erased": {"what": "code"},
}
# fmt: on

# Any imported event may say that its source named no time: it then counts at the one before, its span is "unknown".
EVERY = {"no_time": "flag", "source": "text"}

_CHECKS = {
    "id": lambda v: isinstance(v, int) and not isinstance(v, bool) and 0 < v < 2**63,
    "int": lambda v: isinstance(v, int) and not isinstance(v, bool) and abs(v) < 2**53,
    "time": lambda v: isinstance(v, int) and not isinstance(v, bool) and abs(v) < 2**35,
    "flag": lambda v: isinstance(v, bool),
    "code": lambda v: isinstance(v, str) and 0 < len(v) <= 60 and v.isascii(),
    "text": lambda v: isinstance(v, str) and len(v) <= 200,
    "hash": lambda v: isinstance(v, str) and len(v) == 64,
    "ids": lambda v: isinstance(v, list) and all(isinstance(i, int) for i in v),
    "texts": lambda v: isinstance(v, list) and all(isinstance(i, str) for i in v),
}


def fits(kind: str, value: object) -> bool:
    """Whether a value is of a kind that a row of GIVEN may name."""
    return bool(_CHECKS[kind](value))


def check_given(verb: str, given: dict) -> None:
    """Refuses (ValueError, for the programmer) an event that carries what its row does not name."""
    allowed = GIVEN[verb]
    for name, value in given.items():
        kind = allowed.get(name) or EVERY.get(name)
        if kind is None:
            raise ValueError(f"event {verb} may not carry {name!r}; add it to GIVEN in flow/cases/facts.py")
        if not fits(kind, value):
            raise ValueError(f"event {verb}: {name}={value!r} is no {kind}")
