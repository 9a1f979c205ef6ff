"""What an administrator changes by hand of subjects and of the answer bank; what they said before is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from bina.ground.catalogue.models import Answer, Subject
from bina.ground.city.edits import BadEdit, keep_former
from bina.ground.city.installation import today
from bina.ground.sla import version
from bina.ground.sla.version import per_version

FIELDS = (
    "name", "name_en", "keywords", "deadline_seconds", "deadline_clock", "priority", "answer_window_days",
    "guarantee_days", "check_results", "first_answer_seconds", "first_answer_clock", "result_promise",
)  # fmt: skip


def state(code: str) -> dict[str, Any]:
    """What can be changed of a subject by hand; empty for an unknown one."""
    row = Subject.objects.filter(code=code).first()
    return {name: getattr(row, name) for name in FIELDS} if row is not None else {}


def change(code: str, values: dict[str, Any]) -> None:
    """Changes some fields of a subject from today on. Cases keep the windows and the promises they were given."""
    row = Subject.objects.select_for_update().get(code=code)
    keep_former("subject", code, state(code), row)
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    if row.result_promise and row.credit.startswith("C"):
        raise BadEdit(
            "result_promise",
            "این موضوع اعتبار جداگانه می‌خواهد؛ تاریخ رسیدن پول را کسی نمی‌تواند وعده دهد.",
            "Nobody can promise the day the money comes.",
        )
    row.valid_from = max(row.valid_from, today())
    row.save()
    version.bump()


def answer_state(code: str) -> dict[str, Any]:
    """An answer of the bank: its words, subject, owner and days; empty for an unknown one."""
    row = Answer.objects.filter(code=code).select_related("subject").first()
    if row is None:
        return {}
    return {
        "title": row.title, "body": row.body, "keywords": row.keywords, "owner": row.owner,
        "subject": row.subject.code if row.subject else "", "since": row.valid_from.isoformat(),
        "until": row.valid_to.isoformat() if row.valid_to else "",
    }  # fmt: skip


@per_version
def titles() -> dict[str, str]:
    """The questions of all answers, ended ones too, by code."""
    return dict(Answer.objects.values_list("code", "title"))


def add_answer(*, title: str, body: str, keywords: list[str], subject: str, owner: str, since: date,
               until: date | None) -> str:  # fmt: skip
    """Adds an answer to the bank over a span of days; gives the code it gets."""
    if Answer.objects.filter(title=title, valid_to=None).exists():
        raise BadEdit(
            "title", "پاسخی با همین پرسش در بانک است؛ همان را ویرایش کنید.", "This question is there already."
        )
    number = Answer.objects.count() + 1
    while Answer.objects.filter(code=f"hand-{number}").exists():
        number += 1
    code = f"hand-{number}"
    Answer.objects.create(
        code=code, title=title, body=body, keywords=keywords, owner=owner, valid_from=since, valid_to=until,
        subject=Subject.objects.filter(code=subject).first() if subject else None,
    )  # fmt: skip
    version.bump()
    return code


def change_answer(code: str, *, title: str, body: str, keywords: list[str], subject: str, owner: str,
                  until: date | None) -> None:  # fmt: skip
    """Changes an answer from today on, or only the last day that it holds (`until`: the first day without it)."""
    row = Answer.objects.select_for_update().get(code=code)
    if until is not None and until <= row.valid_from:
        raise BadEdit("until", "این پاسخ در آن روز هنوز آغاز نشده است.", "The answer does not hold yet on that day.")
    keep_former("answer", code, answer_state(code), row)
    row.title, row.body, row.keywords, row.owner, row.valid_to = title, body, keywords, owner, until
    row.subject = Subject.objects.filter(code=subject).first() if subject else None
    row.save()
    version.bump()


def end_answer(code: str, *, on: date) -> None:
    """Ends an answer: `on` is the first day without it."""
    row = Answer.objects.select_for_update().get(code=code)
    row.valid_to = max(row.valid_from, on)
    row.save(update_fields=["valid_to"])
    version.bump()


def answers(text: str = "", *, after: str = "", limit: int = 50) -> list[Answer]:
    """The bank with ended and coming answers too, by code, from after one on; those whose words hold a text."""
    rows = Answer.objects.filter(code__gt=after).order_by("code")
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(body__icontains=text))
    return list(rows[:limit])
