"""The citizen's answers to a subject's questions: checked, and whether they tell of danger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bina.ground.catalogue.subjects import Question, SubjectRow
from bina.ground.text.digits import BadNumber, parse_int
from bina.ground.text.errors import TextError
from bina.ground.text.letters import canonical

TEXT_MAX = 500
NUMBER_MAX = 1_000_000
YES_NO = {"yes": "yes", "no": "no", "بله": "yes", "خیر": "no", "true": "yes", "false": "no", "1": "yes", "0": "no"}


class WrongAnswer(TextError):
    """An answer that does not fit its question; `question` is the question's code."""

    def __init__(self, question: str, fa: str, en: str) -> None:
        super().__init__(fa, en)
        self.question = question


def read(subject: SubjectRow, given: Mapping[str, Any]) -> dict[str, str | int]:
    """The answers in their stored form; those not given are left out, unknown questions refused as WrongAnswer."""
    asked = {question.code: question for question in subject.questions}
    answers: dict[str, str | int] = {}
    for code, value in given.items():
        question = asked.get(code)
        if question is None:
            raise WrongAnswer(
                str(code)[:40], "این پرسش برای این موضوع نیست.", "This question does not belong to the subject."
            )
        answer = _read(question, value)
        if answer != "":
            answers[code] = answer
    return answers


def dangerous(subject: SubjectRow, answers: Mapping[str, Any]) -> bool:
    """Whether one of the (read) answers makes the case a hazard."""
    return any(str(answers.get(q.code, "")) in q.hazard_if for q in subject.questions if q.code in answers)


def _read(question: Question, value: Any) -> str | int:
    text = canonical(str(value)) if isinstance(value, str | int) else None
    if text is None:
        raise WrongAnswer(question.code, "پاسخ باید یک متن یا عدد باشد.", "The answer must be a text or a number.")
    if text == "":
        return ""
    if question.kind == "yesno":
        said = YES_NO.get(text.lower())
        if said is None:
            raise WrongAnswer(question.code, "با بله یا خیر پاسخ دهید.", "Please answer yes or no.")
        return said
    if question.kind == "choice":
        for option in question.options:
            if text in (option.code, canonical(option.text), option.text_en):
                return option.code
        raise WrongAnswer(question.code, "یکی از گزینه‌ها را برگزینید.", "Please choose one of the options.")
    if question.kind == "number":
        try:
            return parse_int(text, least=0, most=NUMBER_MAX)
        except BadNumber as error:
            raise WrongAnswer(question.code, error.fa, error.en) from None
    if len(text) > TEXT_MAX:
        raise WrongAnswer(
            question.code,
            "پاسخ بلندتر از ۵۰۰ حرف است؛ کوتاه‌ترش کنید.",
            "The answer is longer than 500 letters; please shorten it.",
        )
    return text
