"""Inspections (بازرسی): ordered for finished work, made on the spot; passed it confirms, with defects it is rework."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import F, QuerySet

from bina.flow.cases import photos
from bina.flow.cases.errors import Invalid, Refused
from bina.flow.cases.models import Case
from bina.flow.cases.moves import By, State
from bina.flow.cases.photos import Photo
from bina.flow.cases.record import record
from bina.flow.cases.register import Key
from bina.flow.cases.write import Recorded
from bina.ground.text.digits import persian
from bina.ground.text.letters import one_line

# What can be wrong with finished work, by the kind that stands in the history.
DEFECTS = {
    "not_done": "انجام نشده است", "unfinished": "بخشی مانده است", "uneven": "ناهموار یا ناتراز",
    "material": "مصالح نامناسب", "unsafe": "ناایمن", "unclean": "نخاله یا ابزار جا مانده",
    "damage": "آسیب به اطراف", "elsewhere": "در نشانی دیگری انجام شده", "unlike_report": "با عکس یا گزارش نمی‌خواند",
    "other": "عیب دیگر",
}  # fmt: skip
# Why an inspection is ordered.
REASONS = {
    "sample": "نمونهٔ تصادفی", "doubt": "نتیجه روشن نیست", "repeated": "همین جا دوباره خراب شده است",
    "complaint": "شکایت از کیفیت کار", "second_dispute": "شهروند دو بار تأیید نکرد",
}  # fmt: skip
DEFECTS_MAX, PLACE_MAX = 6, 200


class Defect(msgspec.Struct, frozen=True):
    """One thing that is wrong: its kind, where exactly in words, and a photo that `photos.clean` made."""

    kind: str
    place: str = ""
    photo: Photo | None = None


def order(
    case_id: int, *, why: str, by: By, actor: str, channel: str, seq: int | None = None, key: Key | None = None
) -> Recorded:
    """Asks for an inspection of a reported result; it stays reported until the inspector has spoken."""
    if why not in REASONS:
        raise Invalid({"why": "دلیل بازرسی را برگزینید."})
    return record(case_id, "inspection_ordered", by=by, actor=actor, channel=channel, seq=seq, key=key, why=why)


def waiting(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those of these cases that an inspector is to see, with `order_at`, the day their result was reported."""
    due = cases.filter(state=State.REPORTED, more__has_key="inspection")
    return due.annotate(order_at=F("reported_at"))


def inspect(
    case_id: int, *, passed: bool, defects: Sequence[Defect] = (), words: str = "", pictures: Sequence[Photo] = (),
    actor: str, channel: str, seq: int | None = None, key: Key | None = None, origin: str = "live",
    at: int | None = None,
) -> Recorded:  # fmt: skip
    """What the inspector saw, with his photos, as one act: passed confirms, defects send the work back as rework.

    Kinds stand in the event, places and words beside it. Raises Invalid, Refused, Stale, KeyReused; then all is undone.
    """
    _check(passed, defects, words)
    shown = [*pictures, *(one.photo for one in defects if one.photo is not None)]
    how: dict[str, Any] = {"by": By.INSPECTOR, "actor": actor, "channel": channel, "origin": origin, "at": at}
    with transaction.atomic():
        if shown:
            beside = Key(key.scope, f"{key.key}+photos"[:200], key.route, key.body) if key else None
            added = photos.attach(case_id, shown, stage="inspection", seq=seq, key=beside, **how)
            seq = added.seq if seq is not None else None
        said = told(defects, words, first=len(pictures) + 1) or None
        if passed:
            return record(case_id, "confirm", words=said, seq=seq, key=key, **how)
        kinds = [one.kind for one in defects]
        return record(
            case_id, "dispute", reason="not_done" if "not_done" in kinds else "badly_done", defects=kinds, words=said,
            seq=seq, key=key, **how,
        )  # fmt: skip


def told(defects: Sequence[Defect], words: str, *, first: int = 1) -> str:
    """The defects as the unit reads them, a line each: «۱. ناهموار: جلوی پلاک ۱۲ (عکس ۲)», then the words."""
    lines, number = [], first
    for n, one in enumerate(defects, 1):
        line = f"{persian(n)}. {DEFECTS[one.kind]}"
        if one.place.strip():
            line += f": {one_line(one.place)}"
        if one.photo is not None:
            line, number = f"{line} (عکس {persian(number)})", number + 1
        lines.append(line)
    return "\n".join([*lines, *([words.strip()] if words.strip() else [])])


def _check(passed: bool, defects: Sequence[Defect], words: str) -> None:
    if len(defects) > DEFECTS_MAX:
        raise Invalid({"defects": f"تا {persian(DEFECTS_MAX)} عیب؛ بقیه را در متن بنویسید."})
    for one in defects:
        if one.kind not in DEFECTS:
            raise Invalid({"defects": "نوع هر عیب را از فهرست برگزینید."})
        if len(one.place) > PLACE_MAX:
            raise Invalid({"defects": f"جای هر عیب تا {persian(PLACE_MAX)} حرف."})
    if passed and defects:
        raise Invalid({"verdict": "کاری که عیب دارد پذیرفته نمی‌شود؛ عیب‌ها را پاک کنید یا «عیب دارد» را برگزینید."})
    if not passed and not defects:
        raise Invalid({"defects": "دست‌کم یک عیب را بنویسید."})
    if any(one.kind == "other" and not one.place.strip() for one in defects) and not words.strip():
        raise Refused("«عیب دیگر» را در جای آن یا در متن توضیح دهید.")
