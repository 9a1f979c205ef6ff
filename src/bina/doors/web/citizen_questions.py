"""The subject's questions as a citizen is asked them: none is needed, each in the page's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext

from bina.ground.catalogue import answers
from bina.ground.catalogue.subjects import Question, SubjectRow

PREFIX = "answers."
YES_NO = ("yes", "no")


def typed(posted: Any) -> dict[str, str]:
    """The answers as posted, by the question's code; those of another subject are still among them."""
    return {name.removeprefix(PREFIX): posted[name] for name in posted if name.startswith(PREFIX) and posted[name]}


def of_subject(subject: SubjectRow | None, posted: Any) -> dict[str, str]:
    """The answers to this subject's questions."""
    asked = {q.code for q in subject.questions} if subject else set()
    return {code: said for code, said in typed(posted).items() if code in asked}


def wrong(subject: SubjectRow, posted: Any) -> dict[str, str]:
    """The first answer that does not fit its question: its code with a sentence; empty if all fit."""
    try:
        answers.read(subject, of_subject(subject, posted))
    except answers.WrongAnswer as error:
        return {error.question: error.sentence(get_language() or "fa")}
    return {}


def shown(subject: SubjectRow | None, posted: Any, mistakes: dict[str, str]) -> list[dict[str, Any]]:
    """The questions for the page, each with what was said and what is wrong with it."""
    said = typed(posted)
    return [
        {
            "code": q.code, "text": _word(q), "number": q.kind == "number", "options": _options(q),
            "said": said.get(q.code, ""), "wrong": mistakes.get(q.code, ""),
        }
        for q in (subject.questions if subject else ())
    ]  # fmt: skip


def _word(row: Any) -> str:
    return str((row.text_en if get_language() == "en" else "") or row.text)


def _options(question: Question) -> list[tuple[str, str]]:
    if question.kind == "yesno":
        return list(zip(YES_NO, (gettext("بله"), gettext("خیر")), strict=True))
    return [(option.code, _word(option)) for option in question.options]
