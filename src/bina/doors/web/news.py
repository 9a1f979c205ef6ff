"""What a citizen reads of a case: whose hands it is in, the three numbers, the news in plain words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext

from bina.doors.web import citizen_now, hands, when
from bina.doors.web.lines import Line
from bina.doors.web.templatetags.signs import called
from bina.flow.cases import access, history, queries
from bina.flow.cases.events import moment
from bina.flow.cases.models import Case
from bina.flow.cases.moves import ANSWERED_OUTCOMES
from bina.flow.dialogue.notices import BY_VERB
from bina.flow.waiting.hands import spans
from bina.ground.catalogue import constraints, subjects
from bina.ground.city import installation, places, units

# Words of staff that are written for the citizen; everything else that staff write stays inside.
FOR_CITIZENS = ("report", "answer", "ask", "decline", "hand_over")


def _zone() -> str:
    return installation.current().zone


def subject_of(case: Case) -> str:
    """What a case is about, in the page's language; empty where that is nobody's business."""
    subject = subjects.by_id(case.subject_id)
    return called(subject) if subject and not case.sensitivity else ""


def public(case: Case) -> dict[str, Any]:
    """What the code alone shows: the subject unless it is sensitive, state, hands, dates; no words, no place."""
    district = places.area(case.district_id) if case.district_id else None
    unit = units.by_id(case.unit_id) if case.unit_id else None
    return {
        "subject": subject_of(case),
        "district": called(district) if district else "",
        "unit": called(unit) if unit else "",
        "bar": bar(case),
        "state": citizen_now.publicly(case),
    }


def bar(case: Case) -> Any:
    """The hands bar in the citizen's words."""
    now = access.now()
    changes = history.changes(history.events(case.pk))
    parts = [hands.Span(s.owner, moment(s.start), moment(s.end)) for s in spans(changes, int(now.timestamp()))]
    return hands.lay_out(
        parts, now=case.closed_at or now, zone=_zone(), ended=case.state == "closed", words=hands.CITIZEN_WORDS,
        recontacts=[moment(c.after.changed_at) for c in changes if c.event.given.get("kind") == "recontact"],
    )  # fmt: skip


def own(case: Case) -> dict[str, Any]:
    """What its author sees besides: the place, how it stands, what was promised and asked, news, what can be said."""
    entries, now = history.entries(case.pk), access.now()
    return public(case) | {
        "address": queries.addresses([case.pk]).get(case.pk, ""),
        "now": citizen_now.of(case, int(now.timestamp()), _zone()),
        "question": question(entries),
        "lines": [line for e in entries if (line := told(e))][::-1],
        "can_answer": case.state == "reported" and "inspection" not in case.more,
        "can_dispute": _disputable(case),
        "can_object": _objectable(case),
        "photos": pictures(case),
        "broken": _last_broken(case),
    }


def question(entries: list[history.Entry]) -> str:
    """What staff asked the citizen and nobody has answered yet; empty if nothing is open."""
    asked = ""
    for e in entries:
        if e.verb == "ask":
            asked = e.words
        elif e.verb == "contact" and e.given.get("kind") == "reply":
            asked = ""
    return asked


def pictures(case: Case) -> list[dict[str, Any]]:
    """The photos of the result; those of the report too, where only one person has reported."""
    return [p for p in queries.photos(case.pk, citizen=True) if p["stage"] == "after" or case.authors == 1]


def _last_broken(case: Case) -> Any:
    """The last promise that was not kept, None if all were or a later answer has come."""
    broken = [p for p in queries.promises(case.pk) if p["broken_at"] is not None]
    return max((p["due_at"] for p in broken), default=None) if case.state != "closed" else None


def _objectable(case: Case) -> bool:
    """Whether one objection to the centre is open: after the inspection or a decision, once."""
    decided = bool(case.more.get("inspected")) or case.outcome in ("declined", "handed_over")
    return decided and "objection" not in case.more


def _disputable(case: Case) -> bool:
    """Whether "it is not done" is taken: before and after it is closed, but not once an inspector is to decide."""
    if "inspection" in case.more or case.more.get("inspected"):
        return False
    in_time = case.outcome in ANSWERED_OUTCOMES and case.answer_until and access.now() <= case.answer_until
    return bool(case.state == "reported" or in_time)


def told(entry: history.Entry) -> Line | None:
    """One event as the citizen reads it; None when the table of notices says silence."""
    notice = BY_VERB[entry.verb]
    if notice.silent:
        return None
    given = entry.given
    unit = units.by_id(given.get("unit") or 0)
    constraint = constraints.by_code(given.get("constraint", ""))
    answer = entry.words if entry.verb in FOR_CITIZENS else ""
    sentence = (notice.en if get_language() == "en" else "") or notice.fa
    words = sentence.format(
        unit=called(unit) if unit else gettext("واحد"), date=_date(given), answer="", number=given.get("number", ""),
        why=called(constraint) if constraint else "",
    )  # fmt: skip
    citizen = entry.verb in ("register", "contact", "confirm", "dispute", "withdraw")
    return Line(at=entry.at, what=words.replace("  ", " ").strip(), said=answer, by_citizen=citizen, step=True)


def _date(given: dict[str, Any]) -> str:
    at = given.get("first_answer_at") or given.get("next_news_at") or given.get("review_at") or given.get("rest_at")
    at = at or given.get("due_at")
    return when.full_day(moment(at), _zone()) if at else gettext("چند روز دیگر")
