"""Whom to ring instead: what the words name by a phrase, and the outside body whose the chosen subject is."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext

from bina.doors.web.templatetags.signs import called, fa
from bina.ground.catalogue import diversions
from bina.ground.catalogue.diversions import DiversionRow
from bina.ground.catalogue.subjects import SubjectRow
from bina.ground.city import units


def others(words: str, subject: SubjectRow | None, seen: list[str]) -> list[DiversionRow]:
    """Emergencies and other bodies' matters that were not told yet, emergencies first, each number once."""
    found = [row for row in diversions.find(words) if row.code not in seen]
    body = _of_subject(subject)
    if body is not None and body.code not in seen and body.number not in [row.number for row in found]:
        found.append(body)
    return found


def _of_subject(subject: SubjectRow | None) -> DiversionRow | None:
    """The outside body that owns a subject, or to which its owner passes it on first, when it has a number."""
    if subject is None:
        return None
    for code, owns in ((subject.owner_code, True), *((code, False) for code in subject.onward[:1])):
        unit = units.by_code(code)
        if unit is None or unit.kind != "outside" or not unit.phone:
            continue
        told = {"body": called(unit), "number": fa(unit.phone)}
        sentence = (
            gettext("این کار با {body} است: {number}. می‌توانید گزارش را هم بفرستید؛ ۱۳۷ از آنجا پیگیری می‌کند.")
            if owns
            else gettext("شاید این کار با {body} باشد؛ زنگ به {number} تندتر است. می‌توانید گزارش را هم بفرستید.")
        ).format(**told)
        return DiversionRow(
            f"unit:{code}", unit.name, unit.name_en, unit.phone, False, sentence, sentence, date.min, None
        )
    return None
