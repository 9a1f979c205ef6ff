"""What each event does to a case's summary: one small function a verb."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bina.flow.cases.events import Event
from bina.flow.cases.moves import BY_VERB, Outcome, State
from bina.flow.cases.summary import Summary


def _give(s: Summary, e: Event, at: int, *, kind: str) -> None:
    """The case goes to a unit: a new main referral, the old one over."""
    given = e.given
    s.state = State.REFERRED
    s.outcome = None
    s.unit_id = given.get("unit", s.unit_id)
    s.unit_due_at = given.get("due_at")
    s.closed_at = s.reported_at = s.done_at = s.finding = s.word_at = None
    s.answer_until = s.guarantee_until = s.confirmed_at = None
    if "desk" in given:
        s.desk_id = given["desk"]
    for key in ("notified", "seen", "accepted", "holds", "inspection", "proposal", "last_hold"):
        s.more.pop(key, None)
    s.more["referral"] = e.seq
    s.more["kind"] = kind
    s.more["owner"] = given.get("owner", s.more.get("owner", "unit"))
    if given.get("settled"):
        s.more["settled"] = True


def _close(s: Summary, at: int, outcome: str) -> None:
    s.state, s.outcome, s.closed_at = State.CLOSED, outcome, at
    s.unit_due_at = s.word_at = s.news_due_at = None
    for key in ("holds", "sides", "inspection", "proposal", "promises"):
        s.more.pop(key, None)


def registered(e: Event, at: int) -> Summary:
    g = e.given
    more: dict[str, Any] = {"windows": [g.get("answer_window", 7), g.get("guarantee", 30)], "contact": g.get("contact")}
    if "first_answer_at" in g:
        more["promises"] = [[e.seq, "first_answer", g["first_answer_at"]]]
    return Summary(
        code=g["code"],
        subject_id=g["subject"],
        place=g["place"],
        priority=g["priority"],
        hazard=g["hazard"],
        sensitivity=g["sensitivity"],
        origin=e.origin,
        registered_at=at,
        changed_at=at,
        hands_since=at,
        district_id=g.get("district"),
        subdistrict_id=g.get("subdistrict"),
        neighbourhood_id=g.get("neighbourhood"),
        desk_id=g.get("desk"),
        lat_e6=g.get("lat"),
        lon_e6=g.get("lon"),
        news_due_at=g.get("first_answer_at"),
        old_code=g.get("old_code"),
        more=more,
    )


def _refer(s: Summary, e: Event, at: int) -> None:
    _give(s, e, at, kind="main")


def _accept(s: Summary, e: Event, at: int) -> None:
    s.state = State.IN_PROGRESS
    s.more["accepted"] = at


def _return(s: Summary, e: Event, at: int) -> None:
    s.state, s.unit_due_at, s.word_at = State.REGISTERED, None, None
    s.more["last_unit"] = s.unit_id
    s.unit_id = None
    s.returns += 1
    s.more.pop("referral", None)
    s.more["proposed"] = e.given.get("proposed_unit")


def _holds(s: Summary) -> list[dict[str, Any]]:
    return s.more.setdefault("holds", [])


def _hold(s: Summary, e: Event, at: int) -> None:
    s.state = State.WAITING
    keep = ("constraint", "rank", "owner", "body", "line", "review_at", "silent_at", "credit_due_at", "self")
    one = {k: e.given[k] for k in keep if k in e.given}
    one |= {"seq": e.seq, "since": at, "word": "attested" if e.given.get("attested") else "proposed"}
    _holds(s).append(one)


def _end_hold(s: Summary, e: Event, at: int) -> None:
    s.more["holds"] = [h for h in _holds(s) if h["seq"] != e.given["hold"]]
    if "due_at" in e.given:
        s.unit_due_at = e.given["due_at"]


def _release(s: Summary, e: Event, at: int) -> None:
    _end_hold(s, e, at)
    s.more.pop("holds", None)
    s.state = State.IN_PROGRESS


def _hold_word(word: str) -> Callable[[Summary, Event, int], None]:
    def fold(s: Summary, e: Event, at: int) -> None:
        for h in _holds(s):
            if h["seq"] == e.given["hold"]:
                h["word"] = word
        if "due_at" in e.given:
            s.unit_due_at = e.given["due_at"]

    return fold


def _hold_renewed(s: Summary, e: Event, at: int) -> None:
    for h in _holds(s):
        if h["seq"] == e.given["hold"]:
            h["review_at"] = e.given["review_at"]


def _report(s: Summary, e: Event, at: int) -> None:
    s.state, s.reported_at, s.finding, s.word_at = State.REPORTED, at, e.given["finding"], None
    s.done_at = e.given.get("done_at", at) if s.finding == "done" and e.given.get("proof") else None
    s.answer_until = e.given.get("answer_until")
    s.calls = 0
    s.answered_at = s.answered_at or at
    for key in ("holds", "checked", "unanswered", "owed"):
        s.more.pop(key, None)
    s.more["reports"] = s.more.get("reports", 0) + 1


def _send_back(s: Summary, e: Event, at: int) -> None:
    s.state, s.reported_at, s.finding, s.done_at, s.answer_until = State.IN_PROGRESS, None, None, None, None
    s.send_backs += 1
    s.unit_due_at = e.given.get("due_at", s.unit_due_at)


def _closed_by_finding(s: Summary, e: Event, at: int) -> None:
    _close(s, at, e.given["outcome"])
    s.answer_until = e.given.get("answer_until", s.answer_until)
    s.guarantee_until = e.given.get("guarantee_until")
    if s.outcome == Outcome.CONFIRMED:
        s.confirmed_at = at


def _dispute(s: Summary, e: Event, at: int) -> None:
    s.disputes += 1
    s.confirmed_at = s.guarantee_until = None
    if e.given.get("inspection"):
        s.state, s.outcome, s.closed_at = State.REPORTED, None, None
        s.more["inspection"] = e.seq
        return
    inspected = s.more.get("inspected")
    _give(s, e, at, kind="rework")
    if inspected:
        s.more["inspected"] = inspected


def _decline(s: Summary, e: Event, at: int) -> None:
    _close(s, at, Outcome.DECLINED)
    s.answered_at = s.answered_at or at


def _hand_over(s: Summary, e: Event, at: int) -> None:
    _close(s, at, Outcome.HANDED_OVER)
    s.answered_at = s.answered_at or at
    s.more["handed_to"] = e.given.get("unit")


def _withdraw(s: Summary, e: Event, at: int) -> None:
    s.authors = max(s.authors - 1, 0)
    _close(s, at, Outcome.WITHDRAWN)


def _merge(s: Summary, e: Event, at: int) -> None:
    _close(s, at, Outcome.MERGED)
    s.merged_into_id = e.given["into"]


def _reopen(s: Summary, e: Event, at: int) -> None:
    _give(s, e, at, kind="rework")
    s.more["reopened"] = s.more.get("reopened", 0) + 1


def _contact(s: Summary, e: Event, at: int) -> None:
    kind = e.given["kind"]
    if kind == "recontact":
        s.recontacts += 1
        s.more["last_recontact"] = [at, e.given.get("reason")]
        s.more["unanswered"] = at
    elif kind == "similar":
        s.authors += 1
    s.priority = e.given.get("priority", s.priority)


def _attach(s: Summary, e: Event, at: int) -> None:
    s.authors += e.given.get("authors", 0)
    s.recontacts += e.given.get("recontacts", 0)


def _author_gone(s: Summary, e: Event, at: int) -> None:
    s.authors = max(s.authors - 1, 0)


def _answer(s: Summary, e: Event, at: int) -> None:
    s.answered_at = s.answered_at or at
    s.more.pop("unanswered", None)
    s.more.pop("owed", None)
    _keep_promises(s, ("first_answer", "next_news"))
    if "next_news_at" in e.given:
        _add_promise(s, e.seq, "next_news", e.given["next_news_at"])


def _add_promise(s: Summary, seq: int, kind: str, due: int) -> None:
    s.more.setdefault("promises", []).append([seq, kind, due])
    s.news_due_at = min(p[2] for p in s.more["promises"])


def _keep_promises(s: Summary, kinds: tuple[str, ...]) -> None:
    left = [p for p in s.more.get("promises", []) if p[1] not in kinds]
    s.more["promises"] = left
    s.news_due_at = min((p[2] for p in left), default=None)


def _promise_given(s: Summary, e: Event, at: int) -> None:
    _add_promise(s, e.seq, e.given["kind"], e.given["due_at"])


def _promise_over(s: Summary, e: Event, at: int) -> None:
    left = [p for p in s.more.get("promises", []) if p[0] != e.given["promise"]]
    s.more["promises"] = left
    s.news_due_at = min((p[2] for p in left), default=None)
    if e.verb == "promise_broken":
        s.more["broken"] = s.more.get("broken", 0) + 1
        s.more["owed"] = at  # news that is owed until an answer is given


def _acknowledged(s: Summary, e: Event, at: int) -> None:
    if e.given.get("why") == "result_checked":
        s.more["checked"] = e.seq


def _called(s: Summary, e: Event, at: int) -> None:
    s.calls += 1
    s.more["call_at"] = e.given.get("next_at")


def _follow_up(s: Summary, e: Event, at: int) -> None:
    s.word_at = e.given.get("word_at", s.word_at)


# What brings a case that was put aside back before its day: it moved, somebody wrote, or a promise was broken.
WAKES = frozenset({*BY_VERB, "contact", "promise_broken", "partly_done", "side_answered", "demand_answered"})


def _snoozed(s: Summary, e: Event, at: int) -> None:
    """Put aside until a day; without one it is taken up again."""
    if "until" in e.given:
        s.more["snoozed"] = e.given["until"]
    else:
        s.more.pop("snoozed", None)


def _partly(s: Summary, e: Event, at: int) -> None:
    s.word_at = e.given["rest_at"]
    s.more["partly"] = s.more.get("partly", 0) + 1


def _mark(name: str) -> Callable[[Summary, Event, int], None]:
    def fold(s: Summary, e: Event, at: int) -> None:
        s.more.setdefault(name, at)

    return fold


def _inspection_ordered(s: Summary, e: Event, at: int) -> None:
    s.more["inspection"] = e.seq


def _inspection_made(s: Summary, e: Event, at: int) -> None:
    s.more["inspected"] = s.more.pop("inspection", e.seq)


def _proposal(s: Summary, e: Event, at: int) -> None:
    s.more["proposal"] = {"seq": e.seq, "actor": e.actor, "reason": e.given["reason"], "year": e.given.get("year")}


def _proposal_refused(s: Summary, e: Event, at: int) -> None:
    s.more.pop("proposal", None)


def _objection(s: Summary, e: Event, at: int) -> None:
    s.more["objection"] = e.seq


def _reopening(s: Summary, e: Event, at: int) -> None:
    s.more["reopening"] = {"seq": e.seq, "reason": e.given["reason"], "contact": e.given.get("contact")}


def _side(s: Summary, e: Event, at: int) -> None:
    s.more.setdefault("sides", []).append([e.seq, e.given["unit"]])


def _side_answered(s: Summary, e: Event, at: int) -> None:
    s.more["sides"] = [x for x in s.more.get("sides", []) if x[0] != e.given["referral"]]


def _deadline(s: Summary, e: Event, at: int) -> None:
    s.unit_due_at = e.given["due_at"]


def _desk(s: Summary, e: Event, at: int) -> None:
    s.desk_id = e.given["desk"]


def _subject(s: Summary, e: Event, at: int) -> None:
    s.subject_id, s.priority = e.given["subject"], e.given["priority"]
    s.hazard, s.sensitivity = e.given["hazard"], e.given["sensitivity"]
    s.desk_id = e.given.get("desk", s.desk_id)


def _place(s: Summary, e: Event, at: int) -> None:
    g = e.given
    s.place, s.lat_e6, s.lon_e6 = g["place"], g.get("lat"), g.get("lon")
    s.district_id, s.subdistrict_id, s.neighbourhood_id = (
        g.get("district"),
        g.get("subdistrict"),
        g.get("neighbourhood"),
    )
    s.desk_id = g.get("desk", s.desk_id)


# fmt: off
FOLD: dict[str, Callable[[Summary, Event, int], None]] = {
    "refer": _refer, "accept": _accept, "return": _return, "hold": _hold, "release": _release, "report": _report,
    "send_back": _send_back, "confirm": _closed_by_finding, "dispute": _dispute, "close_unheard": _closed_by_finding,
    "decline": _decline, "hand_over": _hand_over, "withdraw": _withdraw, "merge": _merge, "reopen": _reopen,
    "contact": _contact, "attach": _attach, "author_withdrawn": _author_gone, "detach": _author_gone,
    "notified": _mark("notified"), "seen": _mark("seen"), "answer": _answer, "promise_given": _promise_given,
    "promise_kept": _promise_over, "promise_broken": _promise_over, "called": _called, "follow_up": _follow_up,
    "partly_done": _partly, "hold_attested": _hold_word("attested"), "hold_contested": _hold_word("contested"),
    "hold_renewed": _hold_renewed, "hold_ended": _end_hold, "inspection_ordered": _inspection_ordered,
    "inspection_made": _inspection_made, "decline_proposed": _proposal, "decline_refused": _proposal_refused,
    "objection": _objection,
    "reopening_proposed": _reopening, "side_opened": _side, "side_answered": _side_answered, "desk_reached": _desk,
    "deadline_moved": _deadline,
    "change_subject": _subject, "correct_place": _place, "acknowledged": _acknowledged,
    "snoozed": _snoozed,
}
# fmt: on
