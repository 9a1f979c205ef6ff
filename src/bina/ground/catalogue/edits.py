"""What an administrator changes by hand of a subject: from today on, what it said before is kept."""

from __future__ import annotations

from typing import Any

from bina.ground.catalogue.models import Subject
from bina.ground.city.edits import BadEdit, keep_former
from bina.ground.city.installation import today
from bina.ground.sla import version

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
