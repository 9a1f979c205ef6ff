"""The row of verbs on a case: which this person may try now, why the others are missing, and how each is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

from bina.doors.web import case_forms as f
from bina.doors.web.intake import key_of, photos_in, place_of, seq_of
from bina.flow.cases import access, corrections, photos
from bina.flow.cases.errors import Invalid, NotAllowed
from bina.flow.cases.facts import BY_FACT
from bina.flow.cases.merge import merge
from bina.flow.cases.moves import BY_VERB, By, State, verbs_for, why_not
from bina.flow.cases.record import record
from bina.flow.cases.register import Key
from bina.flow.quality import inspections
from bina.flow.quality.followups import follow_up
from bina.flow.waiting import holds
from bina.ground.catalogue import subjects
from bina.ground.city import units

# The form of every verb that stands on the case page, in the order of the row.
FORMS: dict[str, type[f.Deed]] = {
    "accept": f.Accept, "report": f.Report, "refer": f.Refer, "acknowledged": f.Deed, "send_back": f.SendBack,
    "answer": f.Answer, "follow_up": f.FollowUp, "release": f.OfHold, "hold_renewed": f.Renew,
    "hold_attested": f.OfHold, "hold_contested": f.Contest, "hold": f.Hold, "partly_done": f.Partly,
    "side_answered": f.SideAnswer, "decline": f.Decline, "decline_refused": f.Refusal,
    "confirm": f.MaybeSaid, "dispute": f.Dispute,
    "reopen": f.Reopen, "return": f.Return, "photo": f.Photo, "note": f.Said, "ask": f.Said,
    "promise_given": f.Promise, "side_opened": f.Side, "spoken": f.Spoken, "decline_proposed": f.Propose,
    "hand_over": f.HandOver, "merge": f.Merge, "change_subject": f.ChangeSubject, "correct_place": f.CorrectPlace,
    "split": f.Split, "withdraw": f.OfContact, "objection": f.Objection, "reopening_proposed": f.Proposed,
    "inspection_ordered": f.OrderInspection, "snoozed": f.Aside,
}  # fmt: skip
ICONS = {"accept": "check", "report": "check", "refer": "send", "acknowledged": "check", "answer": "send",
         "follow_up": "phone", "hold": "pause", "photo": "camera", "note": "pen", "return": "back",
         "send_back": "back", "merge": "merge", "correct_place": "pin", "reopen": "refresh"}  # fmt: skip
KEYS = {"accept": "A", "report": "D", "refer": "A", "acknowledged": "Y", "answer": "N", "follow_up": "T", "hold": "H",
        "hold_renewed": "H", "release": "E", "return": "B", "send_back": "B", "note": "M", "reopen": "R",
        "snoozed": "Z"}  # fmt: skip
NAMES = {"acknowledged": "پذیرفتن نتیجه", "hold_ended": "رفع مانع", "answer": "خبر به شهروند", "snoozed": "کنار گذاشتن"}
# What comes first for whom: in each state the first of these that is possible is the primary verb.
FIRST = ("decline", "hold_attested", "side_answered", "accept", "reopen", "acknowledged", "report", "release")
FIRST_IN = {
    State.REGISTERED: ("refer",), State.REFERRED: ("follow_up",), State.IN_PROGRESS: ("follow_up",),
    State.WAITING: ("answer",), State.REPORTED: ("confirm",), State.CLOSED: (),
}  # fmt: skip
LATER = ("photo", "note", "ask", "promise_given", "side_opened", "spoken", "decline_proposed", "hand_over", "merge",
         "change_subject", "correct_place", "split", "withdraw", "objection", "reopening_proposed",
         "inspection_ordered", "snoozed")  # fmt: skip
FIELDS = {"instruction": "words", "answer": "words", "missing": "words", "why": "words", "spoken_to": "words",
          "files": "photo", "place": "address"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verb:
    """A button: its verb, its word, icon and key; whether it is the primary one, or one of the many behind «بیشتر»."""

    verb: str
    fa: str
    icon: str
    key: str
    primary: bool
    later: bool


def possible(case: Any, hats: Iterable[By]) -> list[str]:
    """The verbs of the page that somebody with these hats may try on this case now."""
    worn = frozenset(hats)
    moved = verbs_for(case.state, worn)
    return [verb for verb in FORMS if (verb in moved or _stated(verb, case, worn)) and _fits(verb, case, worn)]


def _stated(verb: str, case: Any, worn: frozenset[By]) -> bool:
    fact = BY_FACT.get(verb)
    return fact is not None and bool(worn.intersection(fact.by)) and (case.state != State.CLOSED or fact.on_closed)


def _fits(verb: str, case: Any, worn: frozenset[By]) -> bool:
    """What the case itself says of a verb that the table allows."""
    standing = case.more.get("holds", [])
    if verb in ("hold_attested", "hold_contested", "hold_renewed"):
        return bool(standing)
    if verb == "side_answered":
        return bool(case.more.get("sides"))
    if verb == "acknowledged":
        checks = bool(worn & {By.EXPERT, By.SUPERVISOR})
        return checks and case.state == State.REPORTED and "checked" not in case.more
    if verb in ("decline", "decline_refused"):
        return "proposal" in case.more
    if verb == "decline_proposed":
        return "proposal" not in case.more
    if verb == "spoken":
        return case.state == State.REFERRED
    if verb == "refer":
        return bool(worn & f.CENTRE) or bool(f.onward(case))
    if verb in ("follow_up", "partly_done"):
        return case.state in (State.REFERRED, State.IN_PROGRESS, State.WAITING)
    if verb in ("objection", "reopening_proposed"):
        return case.state == State.CLOSED
    if verb == "inspection_ordered":
        return case.state == State.REPORTED and "inspection" not in case.more
    if verb in ("confirm", "dispute") and By.INSPECTOR in worn and By.CALLBACK not in worn:
        return False  # an inspector speaks by his own form, with what he saw
    return not (verb == "return" and case.more.get("settled"))


def buttons(case: Any, hats: Iterable[By]) -> list[Verb]:
    """The row of verbs, the primary one first."""
    can = possible(case, hats)
    order = (*FIRST, *FIRST_IN[State(case.state)], "answer", "note")
    first = next((v for v in order if v in can), can[0] if can else "")
    used: set[str] = set()
    shown = []
    for verb in sorted(can, key=lambda v: (v != first, v in LATER)):
        key = KEYS.get(verb, "")
        shown.append(
            Verb(verb, name(verb), ICONS.get(verb, ""), "" if key in used else key, verb == first, verb in LATER)
        )
        used.add(key)
    return shown


def name(verb: str) -> str:
    """The verb's word on its button."""
    row = BY_VERB.get(verb) or BY_FACT.get(verb)
    return NAMES.get(verb) or (row.fa if row else verb)


def missing(case: Any, hats: Iterable[By]) -> list[str]:
    """Why each move that this page could show is not there now, a sentence each; this person's own moves first."""
    worn, can = frozenset(hats), possible(case, hats)
    told: list[tuple[bool, str]] = []
    for verb in FORMS:
        if verb in BY_VERB and verb not in can:
            sentence = why_not(verb, State(case.state), worn) or _why(verb)
            if sentence:
                told.append((not worn.intersection(BY_VERB[verb].by), sentence))
    return [sentence for _others, sentence in sorted(told, key=lambda one: one[0])]


def refusal(verb: str, case: Any, hats: Iterable[By]) -> str:
    """Why the form that somebody asked for does not open, as a sentence; empty for no verb, or for one that does."""
    worn = frozenset(hats)
    if verb not in FORMS or verb in possible(case, worn):
        return ""
    sentence = why_not(verb, State(case.state), worn) if verb in BY_VERB else ""
    return sentence or _why(verb) or f"«{name(verb)}» اکنون برای این درخواست ممکن نیست."


def _why(verb: str) -> str:
    return {
        "decline": "«غیرقابل اقدام» پس از پیشنهاد کارشناس پیگیری ممکن است.",
        "refer": "این موضوع را واحد به واحد دیگری نمی‌دهد؛ «عودت» کنید و واحد مسئول را نام ببرید.",
        "return": "«عودت» ممکن نیست: واحد مسئول را سرپرست ۱۳۷ تعیین کرده است.",
    }.get(verb, "")


def hat(verb: str, case: Any, hats: Iterable[By]) -> By:
    """In which capacity this person does it: the first that the verb's row names; NotAllowed for none."""
    row = BY_VERB.get(verb) or BY_FACT.get(verb)
    worn = frozenset(hats)
    found = next((by for by in row.by if by in worn), None) if row else None
    if found is None or verb not in FORMS:
        raise NotAllowed(f"«{name(verb)}» با شما نیست.")
    return found


@dataclass(frozen=True, slots=True)
class Doing:
    """One act on one case: by whom, on which last seen event, under which key, with which files."""

    case: Any
    by: By
    actor: str
    seq: int
    key: Key
    files: MultiValueDict[str, Any]
    viewer: Any

    def common(self) -> dict[str, Any]:
        """What every verb is given of who acts and how."""
        return {"by": self.by, "actor": self.actor, "channel": "desk", "key": self.key, "seq": self.seq}


def doing(request: HttpRequest, case: Any, verb: str) -> Doing:
    """The act that a posted form asks for."""
    viewer = request.viewer
    seen, by = seq_of(request.POST.get("seq", "")), hat(verb, case, access.hats(viewer, case))
    seq = case.seq if seen is None else seen
    return Doing(case, by, f"p:{viewer.person_id}", seq, key_of(request), request.FILES, viewer)


def do(verb: str, act: Doing, form: f.Deed) -> None:
    """Does it; Invalid, Refused and Stale carry the sentence for the page."""
    said = form.cleaned_data.get("words") or None
    special = SPECIAL.get(verb)
    if special is not None:
        special(act, form, said)
    else:
        record(act.case.pk, verb, words=said, **form.given(), **act.common())


def _report(act: Doing, form: f.Deed, said: str | None) -> None:
    seq = act.seq
    for name, stage in (("before", "before"), ("photo", "after")):
        pictures = photos_in(act.files, name)
        if pictures:
            seq = _photos(act, pictures, stage, seq)
    record(act.case.pk, "report", words=said, **form.given(), **(act.common() | {"seq": seq}))


def _photos(act: Doing, pictures: list[bytes], stage: str, seq: int) -> int:
    """Adds photos, before a result that needs them; gives the event after which the result comes."""
    cleaned = [photos.clean(raw) for raw in pictures]
    again = Key(act.key.scope, f"{act.key.key}+{stage}", act.key.route, act.key.body)
    return photos.attach(act.case.pk, cleaned, stage=stage, **(act.common() | {"key": again, "seq": seq})).seq


def _photo(act: Doing, form: f.Deed, said: str | None) -> None:
    _photos(act, photos_in(act.files), form.cleaned_data["stage"], act.seq)


def _merge(act: Doing, form: f.Deed, said: str | None) -> None:
    try:
        into = access.case_for(act.viewer, form.cleaned_data["into"])
    except NotAllowed as error:
        raise Invalid({"into": "درخواستی با این کد برای شما پیدا نشد؛ رقم‌ها را دوباره بسنجید."}) from error
    merge(act.case.pk, into=into.pk, **act.common())


def _hold(act: Doing, form: f.Deed, said: str | None) -> None:
    holds.hold(act.case.pk, words=said, **form.given(), **act.common())


def _release(act: Doing, form: f.Deed, said: str | None) -> None:
    _own_hold(act, form)
    holds.release(act.case.pk, hold=form.cleaned_data["hold"], words=said, **act.common())


def _of_hold(function: Callable[..., Any]) -> Callable[[Doing, f.Deed, str | None], None]:
    def run(act: Doing, form: f.Deed, said: str | None) -> None:
        _own_hold(act, form)
        function(act.case.pk, words=said or "", **form.given(), **act.common())

    return run


def _own_hold(act: Doing, form: f.Deed) -> None:
    """A body speaks only of holds that name it."""
    if act.by != By.BODY:
        return
    mine = {right.unit_id for right in act.viewer.rights}
    named = [h.get("body") for h in act.case.more.get("holds", []) if h["seq"] == form.cleaned_data["hold"]]
    if not mine.intersection(named):
        raise Invalid({"hold": "این مانع نام دستگاه شما را ندارد."})


def _subject(act: Doing, form: f.Deed, said: str | None) -> None:
    corrections.change_subject(act.case.pk, subject=form.cleaned_data["subject"], **act.common())


def _place(act: Doing, form: f.Deed, said: str | None) -> None:
    corrections.correct_place(act.case.pk, place=place_of(form.cleaned_data), **act.common())


def _split(act: Doing, form: f.Deed, said: str | None) -> None:
    corrections.split(act.case.pk, words=said or "", **form.given(), **act.common())


def _follow_up(act: Doing, form: f.Deed, said: str | None) -> None:
    follow_up([act.case.pk], words=said or "", person_id=act.viewer.person_id, unit_id=act.case.unit_id,
              **form.given(), **act.common())  # fmt: skip


def _ordered(act: Doing, form: f.Deed, said: str | None) -> None:
    inspections.order(act.case.pk, **form.given(), **act.common())


def _acknowledged(act: Doing, form: f.Deed, said: str | None) -> None:
    record(act.case.pk, "acknowledged", why="result_checked", **act.common())


SPECIAL: dict[str, Callable[[Doing, f.Deed, str | None], None]] = {
    "report": _report, "photo": _photo, "merge": _merge, "hold": _hold, "release": _release,
    "hold_attested": _of_hold(holds.attest), "hold_contested": _of_hold(holds.contest),
    "hold_renewed": _of_hold(holds.renew), "change_subject": _subject, "correct_place": _place, "split": _split,
    "acknowledged": _acknowledged, "follow_up": _follow_up, "inspection_ordered": _ordered,
}  # fmt: skip


def suggested_unit(case: Any) -> str:
    """The code of the unit that a referral begins with: the one a return proposed, else the subject's owner here."""
    proposed = units.by_id(case.more.get("proposed") or 0)
    subject = subjects.by_id(case.subject_id)
    if proposed is None and subject is not None:
        proposed = units.owner_for(subject.owner_code, case.district_id, case.subdistrict_id)
    return proposed.code if proposed else ""
