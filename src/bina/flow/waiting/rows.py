"""Rows of holds and of demands' cases, made from the events of cases (see cases/rows.py)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bina.flow.cases.events import moment
from bina.flow.cases.rows import Change
from bina.ground.catalogue import constraints


def rows(cursor: Any, changes: Sequence[Change]) -> None:
    """Places, marks and ends holds, and marks the demands of a case that went on without their answer."""
    for change in changes:
        event, case, at = change.event, change.event.stream_id, moment(change.after.changed_at)
        if event.verb == "hold":
            _placed(cursor, change)
        elif event.verb in ("hold_attested", "hold_contested"):
            word = event.verb.removeprefix("hold_")
            cursor.execute(
                f"UPDATE waiting_hold SET word = %s::text, {word}_at = %s WHERE case_id = %s::bigint AND seq = %s::int",
                [word, at, case, event.given["hold"]],
            )
        elif event.verb == "hold_renewed":
            cursor.execute(
                "UPDATE waiting_hold SET review_at = %s WHERE case_id = %s::bigint AND seq = %s::int",
                [moment(event.given["review_at"]), case, event.given["hold"]],
            )
        elif event.verb == "demand_linked":
            cursor.execute(
                "INSERT INTO waiting_demandcase (demand_id, case_id, seq) VALUES (%s::bigint, %s::bigint, %s::int) "
                "ON CONFLICT (demand_id, case_id) DO NOTHING",
                [event.given["demand"], case, event.seq],
            )
        elif event.verb == "demand_answered":
            cursor.execute(
                "UPDATE waiting_demandcase SET answered_at = %s WHERE demand_id = %s::bigint AND case_id = %s::bigint",
                [at, event.given["demand"], case],
            )
        _ended(cursor, change)


def _placed(cursor: Any, change: Change) -> None:
    event, given, at = change.event, change.event.given, moment(change.after.changed_at)
    row = constraints.by_code(given["constraint"])
    silent, due = given.get("silent_at"), given.get("credit_due_at")
    attested = bool(given.get("attested"))
    cursor.execute(
        "INSERT INTO waiting_hold (case_id, seq, constraint_id, rank, owner, body_id, line_id, word, since, review_at, "
        "silent_at, credit_due_at, attested_at) VALUES (%s::bigint, %s::int, %s::bigint, %s::int, %s::text, "
        "%s::bigint, %s::bigint, %s::text, %s, %s, %s, %s, %s)",
        [event.stream_id, event.seq, row.id if row else None, given["rank"], given["owner"], given.get("body"),
         given.get("line"), "attested" if attested else "proposed", at, moment(given["review_at"]),
         moment(silent) if silent else None, moment(due) if due else None, at if attested else None],
    )  # fmt: skip


def _ended(cursor: Any, change: Change) -> None:
    before = {h["seq"] for h in change.before.more.get("holds", [])} if change.before else set()
    gone = before - {h["seq"] for h in change.after.more.get("holds", [])}
    if not gone:
        return
    verb, at = change.event.verb, moment(change.after.changed_at)
    how = "released" if verb in ("release", "hold_ended") else "overtaken"
    cursor.execute(
        "UPDATE waiting_hold SET ended_at = %s, ended_by = %s::text "
        "WHERE case_id = %s::bigint AND seq = ANY(%s::int[])",
        [at, how, change.event.stream_id, sorted(gone)],
    )
    if how == "overtaken":
        cursor.execute(
            "UPDATE waiting_demandcase SET overtaken_at = %s WHERE case_id = %s::bigint AND answered_at IS NULL "
            "AND overtaken_at IS NULL",
            [at, change.event.stream_id],
        )
