"""Rows of the unit's inbox: a case in one line, put together from few statements and drawn without a template each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from bina.doors.web import deeds, when
from bina.doors.web.hands import OWNERS
from bina.doors.web.listing import waits_for
from bina.doors.web.minibar import drawn
from bina.doors.web.templatetags.pieces import recon
from bina.doors.web.templatetags.signs import icon, key, owner
from bina.flow.cases import access, history, queries, worklist
from bina.flow.cases.contacts import REASONS
from bina.flow.cases.events import Event, moment
from bina.flow.cases.moves import DISPUTE_REASONS
from bina.flow.work import jobs, queue
from bina.flow.work.jobs import JobRow
from bina.ground.catalogue import subjects
from bina.ground.city import crews, installation, units
from bina.ground.city.people import Viewer

NEAR = timedelta(days=1)
NOTHING = SafeString("")
# What a row of each group offers, the first of them as the likely one; `crew` is the giving of work to a crew.
OFFERS = {
    "referred": ("accept", "return", "refer", "crew"), "sent_back": ("report", "crew"),
    "late": ("report", "crew", "hold"), "today": ("report", "crew", "hold"),
    "accepted": ("crew", "report", "hold"), "crews": ("report", "partly_done", "crew"),
    "waiting": ("release", "hold_renewed", "report"), "reported": (),
}  # fmt: skip
WORDS = {"accept": "پذیرش", "return": "عودت", "refer": "ارجاع به واحد دیگر", "crew": "به اکیپ", "report": "اعلام نتیجه",
         "partly_done": "بخشی شد", "hold": "ثبت مانع", "release": "رفع مانع", "hold_renewed": "تمدید مانع"}  # fmt: skip
ASKED = ("side_answered", "hold_attested", "hold_contested", "release")  # of a case in others' hands
KEYS = {"accept": "A", "return": "B", "crew": "C", "report": "D", "hold": "H", "release": "E", "hold_renewed": "H",
        "partly_done": "P"}  # fmt: skip
OWN_PAGES = ("return", "refer", "report", "partly_done")  # forms of the inbox's own; the others open on the case
SAID = {"refer": "دستور", "send_back": "کارشناس ۱۳۷ پس فرستاد", "dispute": "شهروند تأیید نکرد", "reopen": "بازگشایی"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A word on a row with its chip: chip-bad, chip-risk, chip-info, chip-line."""

    css: str
    icon: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One case of the inbox."""

    code: str
    href: str
    pick: str  # its code and the last event seen, as a tick sends them; empty where nothing is to be ticked
    subject: str
    address: str
    hands: SafeString  # the small bar with who has it
    chips: SafeString  # deadline, marks, recontacts
    verbs: SafeString  # the buttons of its offers; empty for none
    asked: str  # what 137 or the citizen last said to the unit: whose words
    words: str
    loud: bool  # whether that stands out: something came back


def lines(
    cases: dict[str, Sequence[Any]], viewer: Viewer, now: datetime, mine: Iterable[int]
) -> tuple[dict[str, list[Line]], list[JobRow]]:
    """The rows of each group, and the jobs that the units' crews have for today; four statements in all."""
    unit_ids = list(mine)
    ids = [case.pk for group in cases.values() for case in group]
    told, addresses, said = history.several(ids) if ids else {}, queries.addresses(ids), queue.last_said(ids)
    in_hand = jobs.in_hand(unit_ids, ids, now)
    open_jobs = {job.case_id: job for job in in_hand}
    has_crews = bool(crews.of_units(unit_ids))
    tomorrow = jobs.midnight(now, 1)
    shown = {
        name: [
            _line(name, case, viewer, now, told[case.pk], addresses.get(case.pk, ""), open_jobs.get(case.pk),
                  said.get(case.pk), has_crews)
            for case in group
        ]
        for name, group in cases.items()
    }  # fmt: skip
    return shown, [
        job for job in in_hand if job.unit_id in unit_ids and (job.plan_at is None or job.plan_at < tomorrow)
    ]


def _line(
    name: str, case: Any, viewer: Viewer, now: datetime, told: list[Event], address: str, job: JobRow | None,
    said: queue.Said | None, has_crews: bool,
) -> Line:  # fmt: skip
    subject, href = subjects.by_id(case.subject_id), f"/case/{case.code}"
    loud = said is not None and said.verb in ("send_back", "dispute") and name in PICKED
    shows = said is not None and (loud or name in ("referred", "accepted", "late", "today"))
    last = case.more.get("last_recontact") or (None, None)
    pick, title = f"{case.code}:{case.seq}" if name in PICKED else "", subject.name if subject else ""
    return Line(
        code=case.code, href=href, pick=pick, subject=title, address=address,
        hands=_hands(drawn(told, now, case.news_due_at), *_holder(name, case, job, now)),
        chips=_chips(*_due(case, now), _marks(name, case, job, now), case.recontacts, REASONS.get(last[1] or "", "")),
        verbs=_buttons(_offers(name, case, viewer, subject, has_crews), case, pick, title),
        asked=_asked(said) if said and shows else "", words=said.words if said and shows else "", loud=loud,
    )  # fmt: skip


def _hands(mini: SafeString, kind: str, holder: str, lasted: str) -> SafeString:
    return format_html('<div class="mini-cell">{}{}</div>', mini, owner(kind, holder, lasted))


def _chips(due: str, css: str, marks: list[Mark], again: int, again_why: str) -> SafeString:
    parts = [_chip(m.css, m.icon, m.words) for m in marks]
    if due:
        parts.insert(0, format_html('<span class="chip {}"><span class="sr">مهلت </span>{}</span>', css, due))
    if again:
        parts.append(recon(again, again_why))
    return format_html("{}" * len(parts), *parts) if parts else NOTHING


@lru_cache(maxsize=512)
def _chip(css: str, sign: str, words: str) -> SafeString:
    return format_html('<span class="chip {}">{}{}</span>', css, icon(sign), words)


def _buttons(verbs: Sequence[str], case: Any, pick: str, title: str) -> SafeString:
    """The verbs of a row, each with the key that counts while one stands on the row."""
    return format_html(_form(tuple(verbs)), code=case.code, pick=pick, title=title) if verbs else NOTHING


@lru_cache(maxsize=256)
def _form(verbs: tuple[str, ...]) -> str:
    """The markup of these verbs with places for the case: made once, filled for each row."""
    return "".join(_form_of(verb) for verb in verbs)


def _form_of(verb: str) -> str:
    keyed = f' data-row-key="{KEYS[verb]}"' if verb in KEYS else ""
    face = f'{WORDS.get(verb) or deeds.name(verb)}<span class="sr"> {{title}}</span>{key(KEYS[verb]) if keyed else ""}'
    if verb == "accept":
        return f'<button class="btn" name="one" value="{{pick}}"{keyed}>{face}</button>'
    where = f"/inbox/{{code}}/{verb}" if verb in OWN_PAGES else f"/case/{{code}}?do={verb}#do"
    return f'<a class="btn" href="{"/inbox/crew?pick={code}" if verb == "crew" else where}"{keyed}>{face}</a>'


PICKED = ("referred", "sent_back", "late", "today", "accepted", "crews")


def _asked(said: queue.Said) -> str:
    reason = DISPUTE_REASONS.get(said.reason, "")
    return f"{SAID[said.verb]}: {reason}" if reason else SAID[said.verb]


def _offers(name: str, case: Any, viewer: Viewer, subject: Any, has_crews: bool) -> list[str]:
    """The verbs that a row offers, in their order."""
    if name == "asked":
        can = deeds.possible(case, access.hats(viewer, case))
        return [verb for verb in ASKED if verb in can]
    lacks = {"crew": not has_crews, "return": bool(case.more.get("settled")),
             "refer": not (subject and subject.onward)}  # fmt: skip
    return [verb for verb in OFFERS["waiting" if case.state == "waiting" else name] if not lacks.get(verb)]


def _holder(name: str, case: Any, job: JobRow | None, now: datetime) -> tuple[str, str, str]:
    """Who has it in words: the owner's key for its swatch, the word, since how long."""
    since = when.lasted(max((now - case.hands_since).total_seconds(), 0))
    if name == "referred":
        return "unit", "دیده‌شده" if case.more.get("seen") else "ابلاغ‌شده", since
    if name == "reported":
        return "137", OWNERS["137"], since
    if case.state == "waiting":
        return case.hands, waits_for(case), since
    if job is not None:
        crew = crews.by_id(job.crew_id or 0)
        start = "، آغاز شد" if job.state == "started" else ""
        day = f"، {_day(job.plan_at, now)}" if job.plan_at else ""
        return "unit", (crew.name.split("،")[0] if crew else "اکیپ") + (start or day), ""
    if name == "asked":
        unit = units.by_id(case.unit_id or 0)
        return case.hands, unit.name.split("،")[0] if unit else OWNERS.get(case.hands, ""), since
    return "unit", "بی‌اکیپ", since


def _day(at: datetime, now: datetime) -> str:
    """A day of a plan beside today: امروز، فردا، ۲۰ مهر."""
    zone = installation.current().zone
    near = when.near(at, now, zone)
    return near.split(" ")[0] if near.startswith(("امروز", "فردا", "دیروز")) else near


def _due(case: Any, now: datetime) -> tuple[str, str]:
    """The unit's deadline in words and its chip."""
    if case.unit_due_at is None or case.state == "reported":
        return "", ""
    if case.state == "waiting" and case.hands != "unit":
        return "مهلت شما حساب نمی‌شود", "chip-line"
    zone, at = installation.current().zone, case.unit_due_at
    if at < now:
        return f"{when.day(at, zone, now)}، {when.lasted((now - at).total_seconds())} پیش", "chip-bad"
    return when.near(at, now, zone), "chip-risk" if at < now + NEAR else "chip-line"


def words_of(name: str, case: Any, job: JobRow | None, now: datetime) -> list[str]:
    """Who has a case and what stands on its row, in words alone."""
    return [_holder(name, case, job, now)[1], *(mark.words for mark in _marks(name, case, job, now))]


def _marks(name: str, case: Any, job: JobRow | None, now: datetime) -> list[Mark]:
    marks = []
    if case.hazard:
        marks.append(Mark("chip-bad", "alert", "خطر جانی"))
    if name == "referred" and _silent(case, now):
        marks.append(Mark("chip-risk", "clock", "بی‌پاسخ"))
    if job is not None and job.plan_at is not None and job.plan_at < now and job.state == "planned":
        marks.append(Mark("chip-risk", "clock", "روز برنامه گذشت"))
    if case.news_due_at is not None and case.news_due_at < now and case.state != "reported":
        marks.append(Mark("chip-bad", "x", "وعده به شهروند گذشت"))
    if case.more.get("partly"):
        marks.append(Mark("chip-line", "repeat", "بخشی انجام شده"))
    if case.word_at is not None:
        day = when.day(case.word_at, installation.current().zone)
        marks.append(Mark("chip-risk" if case.word_at < now else "chip-line", "flag", f"قول شما {day}"))
    return marks


def _silent(case: Any, now: datetime) -> bool:
    """Whether the unit has said neither yes nor no for as long as the expert's list calls silence."""
    told = case.more.get("notified")
    return (moment(told) if told else case.hands_since) < worklist.silent_since(now)
