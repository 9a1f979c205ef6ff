"""Tables of the code as tables of Markdown."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; every cell is shown by `cell`."""
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    lines += [f"| {' | '.join(cell(value) for value in row)} |" for row in rows]
    return "\n".join(lines)


def of_rows(rows: Iterable[Any], words: Mapping[str, str] | None = None) -> str:
    """A table of dataclass rows: a column for every field that is filled anywhere, headed by `words` or its name."""
    table_rows = list(rows)
    if not table_rows or not is_dataclass(table_rows[0]):
        raise TypeError("of_rows prints tables of dataclasses; use table for anything else")
    used = [f.name for f in fields(table_rows[0]) if any(_filled(getattr(row, f.name)) for row in table_rows)]
    headings = [(words or {}).get(name, name.replace("_", " ")) for name in used]
    return table(headings, ([getattr(row, name) for name in used] for row in table_rows))


def of_functions(functions: Mapping[str, Callable[..., Any]]) -> str:
    """A table of names and the functions behind them, each with its first sentence."""
    return table(("name", "what it does", "function"), ((n, sentence(f), f"`{name(f)}`") for n, f in functions.items()))


def cell(value: object) -> str:
    """One value for a cell: nothing is –, lists by comma, bars escaped, on one line."""
    if value is None or value == "" or value == () or value is False:
        return "–"
    if value is True:
        return "yes"
    if isinstance(value, Enum):
        return cell(value.value)
    if isinstance(value, Mapping):
        return ", ".join(f"{cell(k)}: {cell(v)}" for k, v in value.items()) or "–"
    if isinstance(value, tuple | list | set | frozenset):
        parts = value if isinstance(value, tuple | list) else sorted(value, key=str)
        return ", ".join("(new)" if part is None else cell(part) for part in parts) or "–"
    return " ".join(str(value).replace("|", "\\|").split())


def sentence(thing: object) -> str:
    """The first sentence of a docstring."""
    text = " ".join((inspect.getdoc(thing) or "").split())
    return text.split(". ")[0].rstrip(".") + "." if text else ""


def name(function: Callable[..., Any]) -> str:
    """Where a function stands: flow/cases/timers.py: promise."""
    module = function.__module__.removeprefix("bina.").replace(".", "/")
    return f"{module}.py: {function.__qualname__}"


def _filled(value: object) -> bool:
    return value not in (None, "", (), False, {})
