"""The answer bank: what is read out at once to who asks it, found by any of its words in any spelling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bina.ground.catalogue.models import Answer
from bina.ground.city.dated import epoch, standing
from bina.ground.city.wordindex import WordIndex
from bina.ground.sla.version import per_version

TITLE_WORTH, KEYWORD_WORTH, BODY_WORTH = 1.0, 0.9, 0.3
SURE = 5.5  # from this score on an answer is offered to who did not ask for the bank: a whole phrase, or two rare words


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer: its question (`title`), what is read out (`body`), who answers for it, until when it holds."""

    id: int
    code: str
    title: str
    body: str
    keywords: tuple[str, ...]
    subject_id: int | None
    owner: str
    valid_from: date
    valid_to: date | None


def all() -> tuple[AnswerRow, ...]:
    """The answers in force today, by code."""
    return _in_force(epoch("catalogue.Answer"))


def by_code(code: str) -> AnswerRow | None:
    """The answer of a code, if it is in force today."""
    return next((row for row in all() if row.code == code), None)


def find(text: str, limit: int = 7) -> list[AnswerRow]:
    """Answers that a question may want, best first; the first ones by code for an empty question."""
    rows, index = _index(epoch("catalogue.Answer"))
    if not text.strip():
        return list(rows[:limit])
    return [rows[number] for number, _ in index.find(text, limit)]


def offered(text: str, limit: int = 2) -> list[AnswerRow]:
    """The answers that a message surely wants, best first: offered unasked, so rather none than a wrong one."""
    rows, index = _index(epoch("catalogue.Answer"))
    return [rows[number] for number, score in index.find(text, limit) if score >= SURE] if text.strip() else []


@per_version
def _in_force(day: date) -> tuple[AnswerRow, ...]:
    rows = Answer.objects.order_by("code")
    return standing(
        (
            AnswerRow(a.pk, a.code, a.title, a.body, tuple(a.keywords), a.subject_id, a.owner, a.valid_from, a.valid_to)
            for a in rows
        ),
        day,
    )


@per_version
def _index(day: date) -> tuple[tuple[AnswerRow, ...], WordIndex]:
    rows = _in_force(day)
    return rows, WordIndex(
        [
            [(row.title, TITLE_WORTH), *((word, KEYWORD_WORTH) for word in row.keywords), (row.body, BODY_WORTH)]
            for row in rows
        ]
    )
