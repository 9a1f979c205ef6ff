"""The case row and its Summary, one to one: which columns, in which order, how converted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from bina.flow.cases.events import moment, seconds
from bina.flow.cases.summary import TIMES, Summary

FIELDS: tuple[str, ...] = tuple(f.name for f in msgspec.structs.fields(Summary))
_TIMES = frozenset(TIMES)
_TYPES = {
    "code": "text", "place": "text", "origin": "text", "state": "text", "outcome": "text", "hands": "text",
    "finding": "text", "old_code": "text", "hazard": "boolean", "more": "jsonb",
}  # fmt: skip


def sql_type(field: str) -> str:
    """The PostgreSQL type a field's parameter is cast to."""
    if field in _TIMES:
        return "timestamptz"
    return _TYPES.get(field, "bigint" if field.endswith("_id") else "integer")


SELECT = ", ".join(f"c.{f}::text" if f == "more" else f"c.{f}" for f in FIELDS)


def summary_of(row: Sequence[Any]) -> Summary:
    """A Summary from a row selected by SELECT."""
    values: dict[str, Any] = {}
    for field, value in zip(FIELDS, row, strict=True):
        if field in _TIMES and value is not None:
            value = seconds(value)
        elif field == "more":
            value = msgspec.json.decode(value)
        values[field] = value
    return Summary(**values)


def value_of(summary: Summary, field: str) -> Any:
    """One field as a query parameter (times as datetimes, `more` as JSON text)."""
    value = getattr(summary, field)
    if value is None:
        return None
    if field in _TIMES:
        return moment(value)
    if field == "more":
        return msgspec.json.encode(value).decode()
    return str(value) if field in ("state", "outcome") else value


def cast(field: str) -> str:
    """The named placeholder of a field with its cast; JSON goes by text (server-side binding)."""
    kind = sql_type(field)
    return f"%({field})s::text::jsonb" if kind == "jsonb" else f"%({field})s::{kind}"
