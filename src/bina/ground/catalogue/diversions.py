"""Emergencies and other bodies' matters: told at once, with the number, from any phrase that people use for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bina.ground.catalogue.models import Diversion
from bina.ground.city.dated import epoch, standing
from bina.ground.sla.version import per_version
from bina.ground.text.letters import search_fold

READ = 2000  # letters of a message that are looked through
ENDING = 2  # letters that a known word may carry more: آتش‌سوزیه، گازم


@dataclass(frozen=True, slots=True)
class DiversionRow:
    """One matter: its body, the number to dial, whether it is an emergency, what is said."""

    code: str
    name: str
    name_en: str
    number: str
    emergency: bool
    sentence: str
    sentence_en: str
    valid_from: date
    valid_to: date | None


def all() -> tuple[DiversionRow, ...]:
    """The matters in force today, emergencies first."""
    return tuple(row for row, _ in _known(epoch("catalogue.Diversion")))


def find(text: str) -> list[DiversionRow]:
    """The matters that a message names by one of their phrases, emergencies first."""
    folded = f" {search_fold(text[:READ])} "
    return [row for row, said in _known(epoch("catalogue.Diversion")) if said is not None and said.search(folded)]


@per_version
def _known(day: date) -> tuple[tuple[DiversionRow, re.Pattern[str] | None], ...]:
    rows = Diversion.objects.order_by("-emergency", "code")
    phrases = {row.code: row.keywords for row in rows}
    found = standing(
        (
            DiversionRow(d.code, d.name, d.name_en, d.number, d.emergency, d.sentence, d.sentence_en, d.valid_from,
                         d.valid_to)
            for d in rows
        ),
        day,
    )  # fmt: skip
    return tuple((row, _said(phrases[row.code])) for row in found)


def _said(phrases: list[str]) -> re.Pattern[str] | None:
    """Any of the phrases as whole words, each with a short ending at most."""
    known = [re.escape(folded).replace(r"\ ", " ") for phrase in phrases if (folded := search_fold(phrase))]
    return re.compile(" (?:" + "|".join(known) + r")\w{0," + str(ENDING) + "} ") if known else None
