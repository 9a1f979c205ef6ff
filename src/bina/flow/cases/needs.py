"""What a fact must carry and refer to before it is written: the fields it cannot do without, rows that are there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bina.flow.cases.errors import Invalid
from bina.flow.cases.facts import GIVEN, check_given, fits
from bina.flow.cases.moves import DISPUTE_REASONS
from bina.flow.cases.summary import Summary
from bina.flow.cases.write import Step
from bina.ground.city import units

NEEDS: dict[str, tuple[str, ...]] = {
    "attach": ("case", "code", "authors", "recontacts"), "detach": ("contact", "case"),
    "author_withdrawn": ("contact",), "side_opened": ("unit",), "side_answered": ("referral",),
    "photo": ("stage", "files"),
    "called": ("result",), "promise_kept": ("promise",), "promise_broken": ("promise",), "partly_done": ("rest_at",),
    "job_started": ("job",), "job_done": ("job",), "hold_attested": ("hold",), "hold_contested": ("hold",),
    "hold_renewed": ("hold", "review_at"), "hold_ended": ("hold",), "demand_linked": ("demand",),
    "demand_answered": ("demand",), "credit_encumbered": ("line", "amount"), "credit_freed": ("line", "amount"),
    "reopening_proposed": ("reason",), "desk_reached": ("desk",), "erased": ("what",),
    "change_subject": ("subject", "priority", "hazard", "sensitivity"), "correct_place": ("place",),
    "split": ("case", "code", "contact"),
}  # fmt: skip
MERGES_MAX = 10  # how far a merged case is followed to the one that goes on
_NUMBERED = ("hold", "job", "promise", "proposal", "referral", "step")  # numbers of events of the same case
_SPOKEN = ("note", "answer", "ask")  # without words they say nothing


def check_fact(cursor: Any, case_id: int, summary: Summary, verb: str, given: dict[str, Any], said: str | None) -> None:
    """Raises Invalid with the field when a fact lacks something, or names what is not there."""
    errors = {name: f"«{name}» لازم است." for name in NEEDS.get(verb, ()) if given.get(name) is None}
    if verb in _SPOKEN and not said:
        errors["words"] = "متن خالی است؛ چند کلمه بنویسید."
    if errors:
        raise Invalid(errors)
    check_carried([Step(verb, given, said)])
    for name in ("unit", "body"):
        if name in given and units.by_id(given[name]) is None:
            errors[name] = "واحد را از فهرست برگزینید."
    if verb == "reopening_proposed" and given["reason"] not in DISPUTE_REASONS:
        errors["reason"] = "دلیل را از فهرست برگزینید."
    if verb == "side_answered" and given["referral"] not in [side[0] for side in summary.more.get("sides", [])]:
        errors["referral"] = "این استعلام اکنون باز نیست."
    for name in _NUMBERED:
        if name in given and not 0 < given[name] < 2**31:
            errors[name] = f"شمارهٔ «{name}» درست نیست."
    for name, statement in _THERE.items():
        if name in given:
            cursor.execute(statement, {"n": given[name], "case": case_id})
            if cursor.fetchone() is None:
                errors[name] = f"این «{name}» برای این درخواست نیست."
    if errors:
        raise Invalid(errors)


_THERE = {
    "contact": "SELECT 1 FROM cases_contact WHERE id = %(n)s::bigint AND case_id = %(case)s::bigint",
    "crew": "SELECT 1 FROM city_crew WHERE id = %(n)s::bigint",
    "job": "SELECT 1 FROM cases_event WHERE stream_kind = 'case' AND stream_id = %(case)s::bigint "
    "AND seq = %(n)s::bigint AND verb = 'job_planned'",
}


def author_there(cursor: Any, case_id: int, contact: Any) -> int:
    """The contact in whose name something is said; Invalid when it is of no author of this case.

    It is of this case, or of one that was merged into it.
    """
    if fits("id", contact):
        cursor.execute(
            "WITH RECURSIVE onward (id, depth) AS (SELECT case_id, 0 FROM cases_contact WHERE id = %s::bigint "
            "AND withdrawn_at IS NULL UNION ALL SELECT k.merged_into_id, o.depth + 1 FROM onward o "
            "JOIN cases_case k ON k.id = o.id WHERE k.merged_into_id IS NOT NULL AND o.depth < %s::int) "
            "SELECT 1 FROM onward WHERE id = %s::bigint",
            [contact, MERGES_MAX, case_id],
        )
        if cursor.fetchone() is not None:
            return int(contact)
    raise Invalid({"contact": "این پیام برای این درخواست نیست، یا پس گرفته شده است."})


def check_carried(steps: Sequence[Step]) -> None:
    """Raises Invalid when events would carry what their rows do not name, or words where none have a place."""
    for step in steps:
        if step.words and "words" not in GIVEN[step.verb]:
            raise Invalid({"words": "این کار متنی با خود نمی‌برد؛ متن را جدا و به شکل یادداشت بفرستید."})
        try:
            check_given(step.verb, step.given)
        except ValueError as error:
            raise Invalid({"given": f"این داده پذیرفته نشد: {error}"}) from error
