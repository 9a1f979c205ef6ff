"""The one table of what may happen to a case: verb, from, to, by whom, given what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a case stands; `closed` carries an Outcome."""

    REGISTERED = "registered"
    REFERRED = "referred"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    REPORTED = "reported"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a closed case ended."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    NOTHING_FOUND = "nothing_found"
    DECLINED = "declined"
    HANDED_OVER = "handed_over"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class By(StrEnum):
    """In what capacity somebody acts on a case (worked out by access.hats, never claimed)."""

    CITIZEN = "citizen"
    OPERATOR = "operator"
    DUTY_OFFICER = "duty_officer"
    EXPERT = "expert"
    SUPERVISOR = "supervisor"
    UNIT = "unit"
    LIAISON = "liaison"
    CREW = "crew"
    INSPECTOR = "inspector"
    CALLBACK = "callback"
    BODY = "body"
    INTEGRATOR = "integrator"
    RULE = "rule"
    CLOCK = "clock"
    SOURCE = "source"


STATE_FA = {
    State.REGISTERED: "ثبت‌شده",
    State.REFERRED: "ارجاع‌شده",
    State.IN_PROGRESS: "در دست اقدام",
    State.WAITING: "در انتظار",
    State.REPORTED: "نتیجه اعلام شد",
    State.CLOSED: "مختومه",
}
OUTCOME_FA = {
    Outcome.CONFIRMED: "تأییدشده",
    Outcome.UNCONFIRMED: "بدون پاسخ شهروند",
    Outcome.NOTHING_FOUND: "موردی مشاهده نشد",
    Outcome.DECLINED: "غیرقابل اقدام",
    Outcome.HANDED_OVER: "معرفی به دستگاه مسئول",
    Outcome.WITHDRAWN: "انصراف",
    Outcome.MERGED: "ادغام‌شده",
}
BY_FA = {
    By.CITIZEN: "شهروند",
    By.OPERATOR: "کاربر ۱۳۷",
    By.DUTY_OFFICER: "کشیک",
    By.EXPERT: "کارشناس پیگیری",
    By.SUPERVISOR: "سرپرست ۱۳۷",
    By.UNIT: "واحد",
    By.LIAISON: "رابط ۱۳۷ واحد",
    By.CREW: "اکیپ",
    By.INSPECTOR: "بازرس",
    By.CALLBACK: "بازخورد تلفنی",
    By.BODY: "دستگاه صاحب مانع",
    By.INTEGRATOR: "سامانهٔ متصل",
    By.RULE: "قاعده",
    By.CLOCK: "ساعت سامانه",
    By.SOURCE: "سامانهٔ مبدأ",
}

OPEN = (State.REGISTERED, State.REFERRED, State.IN_PROGRESS, State.WAITING, State.REPORTED)
UNFINISHED = (State.REGISTERED, State.REFERRED, State.IN_PROGRESS, State.WAITING)
ANSWERED_OUTCOMES = (Outcome.CONFIRMED, Outcome.UNCONFIRMED, Outcome.NOTHING_FOUND)


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table; `after` is the usual next state, `note` says when it is another."""

    verb: str
    fa: str
    before: tuple[State | None, ...]
    after: State
    by: tuple[By, ...]
    needs: tuple[str, ...] = ()
    note: str = ""


_S, _B = State, By
# fmt: off
MOVES: tuple[Move, ...] = (
    Move("register", "ثبت", (None,), _S.REGISTERED, (_B.CITIZEN, _B.OPERATOR, _B.INTEGRATOR),
         ("subject", "place", "words")),
    Move("refer", "ارجاع", (_S.REGISTERED, _S.REFERRED, _S.IN_PROGRESS, _S.WAITING), _S.REFERRED,
         (_B.OPERATOR, _B.DUTY_OFFICER, _B.EXPERT, _B.UNIT, _B.LIAISON, _B.SUPERVISOR, _B.RULE),
         ("unit", "instruction"), "with the referral budget spent only the supervisor"),
    Move("accept", "پذیرش", (_S.REFERRED,), _S.IN_PROGRESS, (_B.UNIT, _B.LIAISON, _B.DUTY_OFFICER), (),
         "the duty officer names to whom it was spoken"),
    Move("return", "عودت", (_S.REFERRED, _S.IN_PROGRESS), _S.REGISTERED, (_B.UNIT, _B.LIAISON),
         ("reason", "proposed_unit"), "not after the supervisor settled whose job it is"),
    Move("hold", "ثبت مانع", (_S.IN_PROGRESS, _S.WAITING), _S.WAITING, (_B.UNIT, _B.LIAISON),
         ("constraint", "review_at")),
    Move("release", "رفع مانع", (_S.WAITING,), _S.IN_PROGRESS, (_B.UNIT, _B.LIAISON, _B.BODY, _B.RULE),
         ("hold",), "stays waiting while another hold stands"),
    Move("report", "اعلام نتیجه", (_S.IN_PROGRESS, _S.WAITING), _S.REPORTED, (_B.UNIT, _B.LIAISON, _B.CREW),
         ("finding", "answer"), "proof by subject and finding"),
    Move("send_back", "عودت نتیجه", (_S.REPORTED,), _S.IN_PROGRESS, (_B.EXPERT,), ("missing",)),
    Move("confirm", "تأیید", (_S.REPORTED,), _S.CLOSED, (_B.CITIZEN, _B.CALLBACK, _B.INSPECTOR), (),
         "finding done: confirmed; else nothing found"),
    Move("dispute", "عدم تأیید", (_S.REPORTED, _S.CLOSED), _S.REFERRED,
         (_B.CITIZEN, _B.CALLBACK, _B.INSPECTOR), ("reason",),
         "from closed inside the answer window only; the second stays reported, an inspection is ordered"),
    Move("close_unheard", "مختومه بدون پاسخ", (_S.REPORTED,), _S.CLOSED, (_B.CLOCK,), (),
         "an answer given and the tries made; finding done: unconfirmed, else nothing found"),
    Move("decline", "غیرقابل اقدام", UNFINISHED, _S.CLOSED, (_B.SUPERVISOR,), ("answer",),
         "decided on another person's proposal"),
    Move("hand_over", "معرفی به دستگاه مسئول", UNFINISHED, _S.CLOSED, (_B.EXPERT,),
         ("unit", "reference", "answer")),
    Move("withdraw", "انصراف", OPEN, _S.CLOSED, (_B.CITIZEN, _B.OPERATOR), ("contact",),
         "closed only when no author is left and it is no hazard"),
    Move("merge", "ادغام", OPEN, _S.CLOSED, (_B.OPERATOR, _B.EXPERT), ("into",)),
    Move("reopen", "بازگشایی", (_S.CLOSED,), _S.REFERRED, (_B.EXPERT, _B.SUPERVISOR), ("reason",),
         "the expert inside the guarantee window on a citizen's word, the supervisor always"),
)
# fmt: on
BY_VERB: dict[str, Move] = {m.verb: m for m in MOVES}

FINDINGS = {
    "done": "انجام شد",
    "nothing_found": "موردی مشاهده نشد",
    "already_fixed": "پیش‌تر رفع شده",
}
DECLINE_REASONS = {
    "against_rules": "مغایر ضوابط یا طرح",
    "private_dispute": "اختلاف ملکی یا خصوصی",
    "address_not_found": "نشانی پس از پرسش یافت نشد",
    "no_responsible_body": "خارج از وظایف و بی‌دستگاه مسئول",
    "budget_decision": "تصمیم مرجع بودجه",
    "not_stated": "دلیل در مبدأ نیامده است",
}
RETURN_REASONS = {
    "not_ours": "مربوط به این واحد نیست",
    "other_district": "مربوط به این منطقه نیست",
    "other_body": "مربوط به دستگاه دیگر است",
    "unclear": "شرح یا نشانی نامشخص است",
}
DISPUTE_REASONS = {
    "not_done": "انجام نشده است",
    "badly_done": "ناقص یا بد انجام شده است",
    "came_back": "دوباره پیدا شد",
    "not_there": "نشانی را اشتباه دیده‌اند",
}
REOPEN_REASONS = DISPUTE_REASONS | {"new_evidence": "مدرک تازه", "objection": "اعتراض پذیرفته شد"}


def verbs_for(state: State | None, hats: Iterable[By]) -> tuple[str, ...]:
    """The verbs that somebody with these hats may try in this state: the row of buttons."""
    worn = set(hats)
    return tuple(m.verb for m in MOVES if state in m.before and worn.intersection(m.by))


def why_not(verb: str, state: State, hats: Iterable[By]) -> str:
    """Why this verb is missing for these hats in this state, as a Persian sentence; empty if it is not."""
    move = BY_VERB[verb]
    if state not in move.before:
        wanted = "، ".join(f"«{STATE_FA[s]}»" for s in move.before if s is not None)
        return f"«{move.fa}» در حالت {wanted} ممکن است؛ این درخواست اکنون «{STATE_FA[state]}» است."
    if not set(hats).intersection(move.by):
        who = "، ".join(BY_FA[b] for b in move.by)
        return f"«{move.fa}» با {who} است."
    return ""
