"""What each move needs beyond the table: its own check, and the results (deadline, outcome, windows) it carries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from bina.flow.cases.errors import Invalid, Refused
from bina.flow.cases.events import moment
from bina.flow.cases.facts import fits
from bina.flow.cases.moves import (
    ANSWERED_OUTCOMES,
    DECLINE_REASONS,
    DISPUTE_REASONS,
    FINDINGS,
    REOPEN_REASONS,
    RETURN_REASONS,
    By,
    Outcome,
    State,
)
from bina.flow.cases.needs import author_there
from bina.flow.cases.summary import Summary
from bina.flow.cases.write import Step
from bina.ground.catalogue import subjects
from bina.ground.city import units
from bina.ground.sla.calendars import worktime
from bina.ground.text.digits import persian

RETURN_BUDGET = 2  # returns a case may have before the 137 supervisor settles whose job it is
CALL_TRIES = 3  # call-back tries before a result may close unheard
SNOOZE_DAYS = 60  # longer than this nothing may be put aside
DAY = 86400
INSPECTOR_DECIDES = "بازرسی این کار در راه است؛ پس از دیدن بازرس، نتیجه به شما گفته می‌شود."
OWNER_OF_KIND = {"organisation": "up", "deputy": "up", "directorate": "up", "outside": "outside", "centre": "137"}
PROOFS = {"photo_after": "عکس پس از کار", "photo_before": "عکس پیش از کار", "photo": "عکس"}
_STAGES = {"photo_after": ("after",), "photo_before": ("before",), "photo": ("before", "after", "report")}


class Ask(msgspec.Struct):
    """Somebody's wish to move a case, as the rule sees it inside the transaction."""

    cursor: Any
    case_id: int
    summary: Summary
    now: int
    by: By
    actor: str
    given: dict[str, Any]
    words: str | None


def subject_of(summary: Summary) -> subjects.SubjectRow:
    """The catalogue's row of a case's subject."""
    row = subjects.by_id(summary.subject_id)
    if row is None:
        raise Refused("موضوع این درخواست در فهرست امروز نیست؛ نخست موضوع را تغییر دهید.")
    return row


def unit_deadline(summary: Summary, unit: units.UnitRow, start: int) -> int:
    """Epoch seconds of a unit's deadline from `start`: the subject's hours on the unit's calendar, or on the clock."""
    subject = subject_of(summary)
    if subject.deadline_clock == "clock":
        return start + subject.deadline_seconds
    due = worktime(unit.calendar_code).due(moment(start), subject.deadline_seconds)
    return int(due.timestamp())


def _unit(ask: Ask, field: str = "unit") -> units.UnitRow:
    unit = units.by_id(ask.given[field]) if type(ask.given.get(field)) is int else None
    if unit is None:
        raise Invalid({field: "واحد را از فهرست برگزینید."})
    return unit


def _code(ask: Ask, field: str, words: dict[str, str], sentence: str) -> str:
    value = ask.given.get(field)
    if value not in words:
        raise Invalid({field: sentence})
    return str(value)


def _said(ask: Ask, field: str, sentence: str) -> None:
    if not (ask.words or "").strip():
        raise Invalid({field: sentence})


def _to_unit(ask: Ask, unit: units.UnitRow) -> dict[str, Any]:
    return {
        "unit": unit.id,
        "owner": OWNER_OF_KIND.get(unit.kind, "unit"),
        "due_at": unit_deadline(ask.summary, unit, ask.now),
    }


def _refer(ask: Ask) -> list[Step]:
    s, unit = ask.summary, _unit(ask)
    if ask.by != By.RULE:
        _said(ask, "instruction", "بنویسید واحد چه باید بکند؛ یک جمله کافی است.")
    spent = s.returns >= RETURN_BUDGET
    if spent and ask.by != By.SUPERVISOR:
        raise Refused("این درخواست دو بار عودت شده است؛ تعیین واحد مسئول با سرپرست ۱۳۷ منطقه است.")
    if s.state != State.REGISTERED and s.unit_id == unit.id:
        raise Refused(f"درخواست هم‌اکنون نزد «{unit.name}» است.")
    onward = units.owners_for(subject_of(s).onward, s.district_id, s.subdistrict_id)
    if ask.by in (By.UNIT, By.LIAISON) and unit not in onward:
        raise Invalid({"unit": "این موضوع را به این واحد نمی‌توان داد؛ «عودت» کنید و واحد مسئول را نام ببرید."})
    given: dict[str, Any] = {"kind": "main", **_to_unit(ask, unit)}
    if spent:
        given["settled"] = True
    steps = [Step("refer", given, ask.words)]
    if units.has_inbox(unit.id):
        steps.append(Step("notified", {"unit": unit.id, "means": "inbox"}))
    return steps


def _accept(ask: Ask) -> list[Step]:
    if ask.by == By.DUTY_OFFICER:
        _said(ask, "spoken_to", "بنویسید با چه کسی و چه ساعتی گفتگو شد.")
        spoken: dict[str, Any] = {"unit": ask.summary.unit_id} if ask.summary.unit_id else {}
        return [Step("spoken", spoken, ask.words), Step("accept", {"spoken": True})]
    given = {k: ask.given[k] for k in ("plan_at",) if ask.given.get(k)}
    return [*([Step("note", {}, ask.words)] if ask.words else []), Step("accept", given)]


def _return(ask: Ask) -> list[Step]:
    if ask.summary.more.get("settled"):
        raise Refused("واحد مسئول را سرپرست ۱۳۷ تعیین کرده است؛ برای تغییر آن با او گفتگو کنید.")
    reason = _code(ask, "reason", RETURN_REASONS, "دلیل عودت را برگزینید.")
    unit = _unit(ask, "proposed_unit")
    if unit.id == ask.summary.unit_id:
        raise Invalid({"proposed_unit": "واحد پیشنهادی باید واحد دیگری باشد."})
    return [Step("return", {"reason": reason, "proposed_unit": unit.id}, ask.words)]


def _shown(ask: Ask) -> set[str]:
    """The stages of the photos that the case has since its last referral."""
    ask.cursor.execute(
        "SELECT a.stage FROM cases_attachment a WHERE a.case_id = %s::bigint AND a.erased_at IS NULL AND a.at >= "
        "coalesce((SELECT r.at FROM cases_referral r WHERE r.case_id = %s::bigint AND r.seq = %s::int), '-infinity')",
        [ask.case_id, ask.case_id, ask.summary.more.get("referral")],
    )
    return {r[0] for r in ask.cursor.fetchall()}


def _report(ask: Ask) -> list[Step]:
    finding = _code(ask, "finding", FINDINGS, "یافته را برگزینید: انجام شد، موردی مشاهده نشد، یا پیش‌تر رفع شده.")
    _said(ask, "answer", "پاسخ به شهروند را با واژه‌های ساده بنویسید.")
    have = _shown(ask)
    wanted = [p for p in subject_of(ask.summary).proof.get(finding, []) if p in _STAGES]
    if lacking := [p for p in wanted if not have.intersection(_STAGES[p])]:
        named = " و ".join(PROOFS[p] for p in lacking)
        raise Invalid({"files": f"برای این موضوع و این یافته {named} لازم است؛ نخست عکس را بیفزایید."})
    window = ask.summary.more.get("windows", [7, 30])[0]
    # Where a subject asks for no photo, "done" is the unit's word alone: it is proven only when something shows it.
    proven = finding == "done" and bool(wanted or have.intersection(_STAGES["photo_after"]))
    given: dict[str, Any] = {"finding": finding, "proof": proven, "answer_until": ask.now + window * DAY}
    if ask.given.get("done_at"):
        given["done_at"] = min(int(ask.given["done_at"]), ask.now)
    return [Step("report", given, ask.words)]


def _send_back(ask: Ask) -> list[Step]:
    _said(ask, "missing", "بنویسید چه چیزی کم است تا واحد همان را کامل کند.")
    given: dict[str, Any] = {"missing": ask.given.get("missing") or "other"}
    return [Step("send_back", given, ask.words)]


def _windows(ask: Ask) -> dict[str, Any]:
    window, guarantee = ask.summary.more.get("windows", [7, 30])
    return {
        "outcome": "",
        "answer_until": ask.summary.answer_until or ask.now + window * DAY,
        "guarantee_until": ask.now + guarantee * DAY,
    }


def _confirm(ask: Ask) -> list[Step]:
    outcome = Outcome.CONFIRMED if ask.summary.finding == "done" else Outcome.NOTHING_FOUND
    given = {**_windows(ask), "outcome": str(outcome)}
    if ask.given.get("contact"):
        given["contact"] = author_there(ask.cursor, ask.case_id, ask.given["contact"])
    steps = [Step("confirm", given, ask.words)]
    if "inspection" in ask.summary.more and ask.by != By.INSPECTOR:
        raise Refused(INSPECTOR_DECIDES)
    if ask.by == By.INSPECTOR:
        steps = [_inspected(ask, passed=True), Step("confirm", given)]
    return steps


def _inspected(ask: Ask, *, passed: bool) -> Step:
    """What the inspector saw; his words stand beside it, what is wrong by its kind in the event."""
    if "inspection" not in ask.summary.more:
        raise Refused("برای این کار بازرسی خواسته نشده است.")
    defects = [str(one) for one in ask.given.get("defects", [])]
    return Step("inspection_made", {"passed": passed} | ({"defects": defects} if defects else {}), ask.words)


def _rework(ask: Ask) -> dict[str, Any]:
    unit = units.by_id(ask.given.get("unit") or ask.summary.unit_id or ask.summary.more.get("last_unit") or 0)
    if unit is None:
        raise Invalid({"unit": "واحدی که دوباره کار می‌کند را برگزینید."})
    return _to_unit(ask, unit)


def _dispute(ask: Ask) -> list[Step]:
    s = ask.summary
    reason = _code(ask, "reason", DISPUTE_REASONS, "بگویید چه چیزی درست نیست.")
    if s.state == State.CLOSED:
        if s.outcome not in ANSWERED_OUTCOMES:
            raise Refused("این درخواست با تصمیم بسته شده است؛ می‌توانید اعتراض ثبت کنید.")
        if s.answer_until is None or ask.now > s.answer_until:
            raise Refused("مهلت پاسخ گذشته است؛ پیام شما پیشنهاد بازگشایی می‌شود و ۱۳۷ دربارهٔ آن تصمیم می‌گیرد.")
    given: dict[str, Any] = {"reason": reason}
    if ask.given.get("contact"):
        given["contact"] = author_there(ask.cursor, ask.case_id, ask.given["contact"])
    if ask.by == By.INSPECTOR:
        return [
            _inspected(ask, passed=False),
            Step("dispute", given | _rework(ask), ask.words),
        ]
    if "inspection" in s.more:
        raise Refused(INSPECTOR_DECIDES)
    if s.more.get("inspected"):
        raise Refused("بازرس این کار را دیده است؛ اکنون یک اعتراض به مرکز ۱۳۷ ممکن است.")
    if s.disputes:
        return [Step("dispute", given | {"inspection": True}, ask.words)]
    return [Step("dispute", given | _rework(ask), ask.words)]


def _close_unheard(ask: Ask) -> list[Step]:
    s = ask.summary
    if s.answer_until is None or ask.now < s.answer_until:
        raise Refused("مهلت پاسخ شهروند هنوز نگذشته است.")
    if "inspection" in s.more:
        raise Refused("بازرسی این کار هنوز انجام نشده است.")
    if s.calls < CALL_TRIES and _reachable(ask):
        raise Refused("هنوز سه بار برای تماس با شهروند تلاش نشده است.")
    outcome = Outcome.UNCONFIRMED if s.finding == "done" else Outcome.NOTHING_FOUND
    return [Step("close_unheard", {**_windows(ask), "outcome": str(outcome)})]


def _reachable(ask: Ask) -> bool:
    """Whether somebody is left to ring up: neither a wrong number nor one who refused."""
    ask.cursor.execute(
        "SELECT EXISTS (SELECT 1 FROM cases_contact k WHERE k.case_id = %s::bigint AND k.phone IS NOT NULL "
        "AND k.withdrawn_at IS NULL AND k.tell_by <> 'none' AND NOT EXISTS (SELECT 1 FROM cases_event e "
        "WHERE e.stream_kind = 'case' AND e.stream_id = k.case_id AND e.verb = 'called' "
        "AND e.given->>'result' IN ('wrong_number', 'refused') "
        "AND coalesce((e.given->>'contact')::bigint, k.id) = k.id))",
        [ask.case_id],
    )
    return bool(ask.cursor.fetchone()[0])


def _decline_proposed(ask: Ask) -> list[Step]:
    reason = _code(ask, "reason", DECLINE_REASONS, "دلیل را برگزینید.")
    if reason == "not_stated":
        raise Invalid({"reason": "دلیل را برگزینید."})
    if (reason == "budget_decision") != (ask.by == By.BODY):
        raise Refused("«تصمیم مرجع بودجه» را فقط همان مرجع اعلام می‌کند، و او تنها همین دلیل را دارد.")
    if "proposal" in ask.summary.more:
        raise Refused("پیشنهاد دیگری در انتظار تصمیم سرپرست است.")
    _said(ask, "why", "دلیل را برای سرپرست بنویسید.")
    given: dict[str, Any] = {"reason": reason}
    if ask.given.get("year"):
        given["year"] = ask.given["year"]
    return [Step("decline_proposed", given, ask.words)]


def _decline(ask: Ask) -> list[Step]:
    proposal = ask.summary.more.get("proposal")
    if not proposal:
        raise Refused("نخست کارشناس پیگیری باید «غیرقابل اقدام» را پیشنهاد کند.")
    if proposal["actor"] == ask.actor:
        raise Refused("پیشنهاددهنده و تصمیم‌گیرنده باید دو نفر باشند.")
    _said(ask, "answer", "برای شهروند بنویسید چرا این کار شدنی نیست.")
    given: dict[str, Any] = {"reason": proposal["reason"], "proposer": proposal["actor"]}
    if proposal.get("year"):
        given["year"] = proposal["year"]
    return [Step("decline", given, ask.words)]


def _decline_refused(ask: Ask) -> list[Step]:
    proposal = ask.summary.more.get("proposal")
    if not proposal:
        raise Refused("پیشنهادی برای «غیرقابل اقدام» در انتظار تصمیم نیست.")
    _said(ask, "words", "برای کارشناس بنویسید چرا نه و کار چگونه پیش برود.")
    return [Step("decline_refused", {"proposal": proposal["seq"]}, ask.words)]


def _hand_over(ask: Ask) -> list[Step]:
    unit = _unit(ask)
    if unit.kind != "outside":
        raise Invalid({"unit": "معرفی فقط به دستگاه بیرون از شهرداری است؛ برای واحدهای شهرداری «ارجاع» کنید."})
    reference = str(ask.given.get("reference") or "").strip()
    if not reference:
        raise Invalid({"reference": "شماره یا نشانی پیگیری آن دستگاه را بنویسید."})
    _said(ask, "answer", "به شهروند بگویید کار با کدام دستگاه است و با چه شماره‌ای پیگیری کند.")
    return [Step("hand_over", {"unit": unit.id, "reference": reference[:60]}, ask.words)]


def _withdraw(ask: Ask) -> list[Step]:
    contact = ask.given.get("contact")
    if not fits("id", contact):
        raise Invalid({"contact": "بگویید کدام پیام پس گرفته می‌شود."})
    ask.cursor.execute(
        "UPDATE cases_contact SET withdrawn_at = bina_now() WHERE id = %s::bigint AND case_id = %s::bigint "
        "AND withdrawn_at IS NULL RETURNING kind",
        [contact, ask.case_id],
    )
    row = ask.cursor.fetchone()
    if row is None:
        raise Invalid({"contact": "این پیام پیدا نشد یا پیش‌تر پس گرفته شده است."})
    if ask.summary.authors > 1 or ask.summary.hazard:
        return [Step("author_withdrawn", {"contact": contact})]
    return [Step("withdraw", {"contact": contact})]


def _reopen(ask: Ask) -> list[Step]:
    s = ask.summary
    reason = _code(ask, "reason", REOPEN_REASONS, "دلیل بازگشایی را برگزینید.")
    if s.outcome == Outcome.MERGED:
        raise Refused("این درخواست در درخواست دیگری ادغام شده است؛ همان را ببینید.")
    if ask.by == By.EXPERT:
        if "reopening" not in s.more:
            raise Refused("کارشناس با پیام شهروند بازگشایی می‌کند؛ هنوز پیامی نرسیده است.")
        if s.guarantee_until is None or ask.now > s.guarantee_until:
            raise Refused("مهلت تضمین گذشته است؛ بازگشایی با سرپرست ۱۳۷ است، یا درخواست تازه‌ای ثبت کنید.")
    return [Step("reopen", {"reason": reason, **_rework(ask)}, ask.words)]


def _hold(ask: Ask) -> list[Step]:
    for field, sentence in (("constraint", "مانع را برگزینید."), ("review_at", "تاریخ بازبینی را بنویسید.")):
        if not ask.given.get(field):
            raise Invalid({field: sentence})
    return [Step("hold", ask.given, ask.words)]


def _release(ask: Ask) -> list[Step]:
    seq = ask.given.get("hold")
    standing = ask.summary.more.get("holds", [])
    if seq not in [h["seq"] for h in standing]:
        raise Invalid({"hold": "این مانع اکنون برقرار نیست؛ صفحه را تازه کنید."})
    given: dict[str, Any] = {"hold": seq}
    if ask.given.get("due_at"):
        given["due_at"] = ask.given["due_at"]
    return [Step("hold_ended" if len(standing) > 1 else "release", given, ask.words)]


def _promise_given(ask: Ask) -> list[Step]:
    kind, due = ask.given.get("kind"), ask.given.get("due_at")
    if kind not in ("next_news", "result"):
        raise Invalid({"kind": "بگویید وعدهٔ خبر است یا وعدهٔ انجام."})
    if not isinstance(due, int) or due <= ask.now:
        raise Invalid({"due_at": "تاریخ وعده باید پس از امروز باشد."})
    if kind == "result":
        subject = subject_of(ask.summary)
        if subject.credit in ("C", "C*") and ask.summary.word_at is None:
            raise Refused("این کار اعتبار جداگانه می‌خواهد؛ تا واحد تاریخ نداده است، وعدهٔ انجام ندهید.")
        if not subject.result_promise and ask.summary.word_at is None:
            raise Refused("برای این موضوع تنها پس از تاریخی که واحد داده است وعدهٔ انجام می‌دهیم.")
    return [Step("promise_given", ask.given)]


def _snoozed(ask: Ask) -> list[Step]:
    until = ask.given.get("until")
    if until is None:
        if "snoozed" not in ask.summary.more:
            raise Refused("این درخواست کنار گذاشته نشده است.")
        return [Step("snoozed", {}, ask.words)]
    if until <= ask.now:
        raise Invalid({"until": "روزی پس از امروز بنویسید."})
    if until > ask.now + SNOOZE_DAYS * DAY:
        raise Invalid({"until": f"کنار گذاشتن تا {persian(SNOOZE_DAYS)} روز ممکن است؛ روز نزدیک‌تری بنویسید."})
    _said(ask, "words", "بنویسید چرا تا آن روز کنار می‌ماند.")
    return [Step("snoozed", {"until": until}, ask.words)]


def _objection(ask: Ask) -> list[Step]:
    decided = ask.summary.more.get("inspected") or ask.summary.outcome in (Outcome.DECLINED, Outcome.HANDED_OVER)
    if not decided:
        raise Refused("اعتراض پس از بازرسی یا پس از تصمیم ۱۳۷ ممکن است؛ اکنون «درست نشده است» را بفرستید.")
    if "objection" in ask.summary.more:
        raise Refused("یک اعتراض برای این درخواست ثبت شده است و مرکز ۱۳۷ آن را می‌بیند.")
    _said(ask, "words", "بنویسید به چه چیزی اعتراض دارید.")
    return [Step("objection", ask.given, ask.words)]


RULES: dict[str, Callable[[Ask], list[Step]]] = {
    "refer": _refer, "accept": _accept, "return": _return, "hold": _hold, "release": _release, "report": _report,
    "send_back": _send_back, "confirm": _confirm, "dispute": _dispute, "close_unheard": _close_unheard,
    "decline": _decline, "hand_over": _hand_over, "withdraw": _withdraw, "reopen": _reopen,
    "decline_proposed": _decline_proposed, "decline_refused": _decline_refused,
    "promise_given": _promise_given, "objection": _objection,
    "snoozed": _snoozed,
}  # fmt: skip
