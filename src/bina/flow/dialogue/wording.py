"""What a message says: the table's sentence filled in the reader's language, the code, the address, how to answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bina.config import config
from bina.flow.cases.events import Event, moment
from bina.flow.dialogue.notices import BY_VERB
from bina.ground.catalogue import constraints
from bina.ground.city import installation, units
from bina.ground.text.codes import spoken
from bina.ground.text.digits import persian
from bina.ground.text.jalali import MONTHS_EN, format_date, format_time, local_day, to_jalali

SAID_MAX = 220  # letters of an answer in a message: with the rest around it four pages at most; the page has it whole
FOR_CITIZENS = ("report", "answer", "ask", "decline", "hand_over")  # words of staff that are written for the citizen
DATES = ("first_answer_at", "next_news_at", "review_at", "rest_at", "due_at")
_WORDS = {
    "fa": {
        "unit": "واحد مسئول", "date": "چند روز دیگر", "why": "مانعی در راه است", "at": "ساعت",
        "quiet": "پاسخ آماده است؛ متن آن در نشانی زیر است.", "code": "کد",
        "report": "پاسخ دهید: ۱ درست است، ۲ درست نیست.", "ask": "پاسخ را همین‌جا بنویسید.",
        "inspection": "گفتهٔ شما ثبت شد: کار درست نشده است. بازرس آن را می‌بیند و نتیجه را می‌گوییم.",
        "similar": "گزارش شما به درخواستی پیوست که دربارهٔ همین مشکل باز است؛ خبرهای آن به شما هم می‌رسد.",
        "inspection_others": "یکی از گزارش‌دهندگان گفت کار درست نشده است. بازرس آن را می‌بیند.",
        "confirm": "بازرس ۱۳۷ کار را دید و درست بود؛ درخواست پایان یافت. اگر درست نیست، بگویید.",
        "dispute": "بازرس ۱۳۷ کار را دید و درست نبود. دوباره به {unit} داده شد.",
    },
    "en": {
        "unit": "the responsible unit", "date": "a few days", "why": "something stands in the way", "at": "at",
        "quiet": "There is an answer; it stands at the address below.", "code": "Code",
        "report": "Reply 1 if it is right, 2 if it is not.", "ask": "Reply to this message with your answer.",
        "inspection": "Your word is noted: it is not put right. An inspector will see it; then you will hear from us.",
        "similar": "Your report joined a request about the same problem; you will hear its news too.",
        "inspection_others": "Somebody who reported it says it is not put right. An inspector will see it.",
        "confirm": "An inspector of 137 found the work right; it is finished. If it is not right, tell us.",
        "dispute": "An inspector of 137 found the work not right. It was given to {unit} again.",
    },
}  # fmt: skip


def language(lang: str) -> str:
    """The language of a message: the contact's own where we have it, else Persian."""
    return lang if lang in _WORDS else "fa"


def message(
    event: Event, *, lang: str, code: str, own: bool, words: str = "", unit_id: int | None = None, quiet: bool = False,
    inspected: bool = False,
) -> str:  # fmt: skip
    """The whole text that tells a case's author of an event.

    `own`: the event is this person's own word. `words`: what staff wrote with it; with `quiet` (a sensitive matter)
    they stand only on the page that the code and the number open. `unit_id` is the body where the event names none;
    `inspected`: it is an inspector's word and no citizen's.
    """
    lang = language(lang)
    said = "" if quiet or event.verb not in FOR_CITIZENS else shortened(words)
    template = _WORDS[lang][event.verb] if inspected else _template(event, lang, own=own)
    if quiet and event.verb in FOR_CITIZENS:
        template = _WORDS[lang]["quiet"]
    lines = [_filled(template, event, lang, said=said, unit_id=unit_id)]
    if event.verb in ("report", "ask"):
        lines.append(_WORDS[lang][event.verb])
    return "\n".join([*lines, *tail(code, lang)])


def tail(code: str, lang: str) -> list[str]:
    """The last lines of every message about a case: its code and its address."""
    shown = persian(spoken(code)) if lang == "fa" else spoken(code)
    return [f"{_WORDS[lang]['code']} {shown}", address(code)]


def address(code: str) -> str:
    """The public page of a code, as it stands in a message."""
    return f"{config().public_url.rstrip('/')}/c/{code}"


def shortened(words: str) -> str:
    """What somebody wrote in at most SAID_MAX letters, cut between words, ending like a sentence."""
    text = " ".join(words.split())
    if len(text) > SAID_MAX:
        return text[:SAID_MAX].rsplit(" ", 1)[0].rstrip("،؛,;:. ") + "…"
    return text if not text or text[-1] in ".!?؟…" else text + "."


def _filled(template: str, event: Event, lang: str, *, said: str, unit_id: int | None) -> str:
    words = _WORDS[lang]
    unit = units.by_id(event.given.get("unit") or unit_id or 0)
    constraint = constraints.by_code(event.given.get("constraint", ""))
    filled = template.format(
        unit=name_of(unit, lang) or words["unit"], date=_date(event.given, lang) or words["date"], answer=said,
        number=event.given.get("number", ""), why=name_of(constraint, lang) or words["why"],
    )  # fmt: skip
    return filled.replace("  ", " ").strip()


def _template(event: Event, lang: str, *, own: bool) -> str:
    """The table's sentence in the voice that fits: to who said it himself, or to the others."""
    notice = BY_VERB[event.verb]
    if event.given.get("kind") == "similar":
        return _WORDS[lang]["similar"]
    if event.given.get("inspection"):
        return _WORDS[lang]["inspection" if own else "inspection_others"]
    if not own and notice.others_fa:
        return notice.others_en if lang == "en" else notice.others_fa
    return notice.en if lang == "en" else notice.fa


def name_of(row: Any, lang: str) -> str:
    """A name in the language; the Persian one where there is no other; empty for nothing."""
    if row is None:
        return ""
    return (row.name_en if lang == "en" else "") or str(row.name)


def _date(given: dict[str, Any], lang: str) -> str:
    """The date that an event promises, in the solar calendar; of a first answer, which is hours away, with its hour."""
    name = next((n for n in DATES if given.get(n)), None)
    if name is None:
        return ""
    at, zone = moment(given[name]), installation.current().zone
    shown = day_of(at, lang)
    if name != "first_answer_at":
        return shown
    hour = format_time(at, zone) if lang == "fa" else f"{at.astimezone(ZoneInfo(zone)):%H:%M}"
    return f"{shown} {_WORDS[lang]['at']} {hour}"


def day_of(at: datetime, lang: str) -> str:
    """سه‌شنبه ۳ آذر; for an English reader Tuesday 24 November (3 Azar)."""
    day = local_day(at, installation.current().zone)
    if lang == "fa":
        return format_date(day, today=day, weekday=True)
    jalali = to_jalali(day)
    return f"{day:%A} {day.day} {day:%B} ({jalali.day} {MONTHS_EN[jalali.month - 1]})"
