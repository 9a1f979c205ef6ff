"""Brings the rows of a ground table to what a folder says: shown first, ended and never deleted, ids kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.db.models import F

from bina.ground.city.folder import Row
from bina.ground.city.models import Former

NEW, CHANGED, ENDED, BACK = "new", "changed", "ended", "back"
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Table:
    """A dated ground table as a folder writes it: its key, and its links by the code of the row they name."""

    what: str
    model: type[models.Model]
    key: tuple[str, ...] = ("code",)
    links: Mapping[str, type[models.Model]] = field(default_factory=dict)
    order: str = ""  # a number that is unique among the rows in force


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row as a folder wants it: links by code; fields it does not name stay as they are."""

    values: dict[str, Any]

    def key(self, table: Table) -> tuple[Any, ...]:
        """The row's key."""
        return tuple(self.values[part] for part in table.key)


@dataclass(frozen=True, slots=True)
class Change:
    """What a load does to one row: new, changed (its id stays), ended, or back; before and after hold what differs."""

    what: str
    key: str
    kind: str
    before: dict[str, Any]
    after: dict[str, Any]

    def __str__(self) -> str:
        sign = {NEW: "+", CHANGED: "~", ENDED: "-", BACK: "+"}[self.kind]
        if self.kind == CHANGED:
            told = "; ".join(f"{k}: {_short(self.before.get(k))} → {_short(v)}" for k, v in self.after.items())
        else:
            told = _short(self.after.get("name") or self.before.get("name") or "")
        return f"{sign} {self.what} {self.key} {told}".rstrip()


def unique(table: Table, rows: Iterable[tuple[Row, Wanted]]) -> list[Wanted]:
    """The wanted rows without a second one of the same key, which is told as wrong."""
    lines: dict[tuple[Any, ...], int] = {}
    wanted = []
    for row, want in rows:
        key = want.key(table)
        if key in lines:
            row.wrong(f"{'/'.join(map(str, key))} stands already in line {lines[key]}")
        else:
            lines[key] = row.line
            wanted.append(want)
    return wanted


def compare(table: Table, wanted: list[Wanted], *, on: date, partial: bool = False) -> list[Change]:
    """What would change; with `partial`, rows the folder does not name are left alone.

    A row whose end still lies ahead of `on` keeps that end, named or not.
    """
    standing = {_key(table, row): row for row in _rows(table)}
    changes, named = [], set()
    for want in wanted:
        key = want.key(table)
        named.add(key)
        told = _told(key)
        row = standing.get(key)
        if row is None:
            changes.append(Change(table.what, told, NEW, {}, want.values))
            continue
        values = _values(table, row)
        differ = [f for f, value in want.values.items() if values[f] != value]
        before = {f: values[f] for f in differ}
        if _over(row, on):
            changes.append(Change(table.what, told, BACK, before, want.values))
        elif differ:
            changes.append(Change(table.what, told, CHANGED, before, {f: want.values[f] for f in differ}))
    if not partial:
        for key, row in standing.items():
            if key not in named and row.valid_to is None:
                changes.append(Change(table.what, _told(key), ENDED, _values(table, row), {}))
    return changes


def carry_out(table: Table, changes: list[Change], *, on: date, began: date) -> None:
    """Makes the changes: new rows hold from `began`; what changed, ended or came back does so on `on`."""
    if not changes:
        return
    rows = {_told(_key(table, row)): row for row in _rows(table)}
    manager = table.model._default_manager
    ended = [rows[c.key] for c in changes if c.kind == ENDED]
    for row in ended:
        row.valid_to = max(on, row.valid_from)
    manager.bulk_update(ended, ["valid_to"], batch_size=BATCH)
    touched = [(rows[c.key], c) for c in changes if c.kind in (CHANGED, BACK)]
    _keep_former(table, [row for row, _ in touched], on)
    if table.order:  # out of the way first, so that two rows can change places
        manager.filter(pk__in=[row.pk for row, _ in touched]).update(**{table.order: -F("id")})
    fresh = _made(table, [c for c in changes if c.kind == NEW], began)
    _rewritten(table, touched, on)
    _linked_among_themselves(table, fresh)


def _made(table: Table, changes: list[Change], began: date) -> list[tuple[Any, Change]]:
    """The new rows, without their links to rows of the same table, which may be new themselves."""
    codes = {model: _codes(model) for model in {*table.links.values()} if model is not table.model}
    fresh = []
    for change in changes:
        row = table.model(**{f: v for f, v in change.after.items() if f not in table.links}, valid_from=began)
        for name, model in table.links.items():
            code = change.after.get(name)
            if model is not table.model and code:
                setattr(row, f"{name}_id", codes[model][code])
        fresh.append((row, change))
    table.model._default_manager.bulk_create((row for row, _ in fresh), batch_size=BATCH)
    return fresh


def _rewritten(table: Table, touched: list[tuple[Any, Change]], on: date) -> None:
    if not touched:
        return
    codes = {model: _codes(model) for model in {*table.links.values()}}
    fields = {"valid_from", "valid_to", *([table.order] if table.order else [])}
    for row, change in touched:
        for name, value in change.after.items():
            fields.add(name)
            if name in table.links:
                setattr(row, f"{name}_id", codes[table.links[name]][value] if value else None)
            else:
                setattr(row, name, value)
        row.valid_from = max(on, row.valid_from)
        if change.kind == BACK:
            row.valid_to = None
    table.model._default_manager.bulk_update([row for row, _ in touched], sorted(fields), batch_size=BATCH)


def _linked_among_themselves(table: Table, fresh: list[tuple[Any, Change]]) -> None:
    names = [name for name, model in table.links.items() if model is table.model]
    if not names or not fresh:
        return
    codes = _codes(table.model)
    for row, change in fresh:
        for name in names:
            code = change.after.get(name)
            setattr(row, f"{name}_id", codes[code] if code else None)
    table.model._default_manager.bulk_update([row for row, _ in fresh], names, batch_size=BATCH)


def _keep_former(table: Table, rows: list[Any], on: date) -> None:
    Former.objects.bulk_create(
        [
            Former(
                what=table.what,
                key=_told(_key(table, row)),
                row=_values(table, row),
                valid_from=row.valid_from,
                valid_to=max(row.valid_from, row.valid_to or on),
            )
            for row in rows
        ],
        batch_size=BATCH,
    )


def _over(row: Any, on: date) -> bool:
    return row.valid_to is not None and row.valid_to <= on


def _rows(table: Table) -> list[Any]:
    return list(table.model._default_manager.select_related(*table.links).order_by("pk"))


def _key(table: Table, row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, part) for part in table.key)


def _told(key: tuple[Any, ...]) -> str:
    return "/".join(map(str, key))


def _values(table: Table, row: Any) -> dict[str, Any]:
    """A row as a folder would write it: codes, no ids."""
    values: dict[str, Any] = {}
    for f in table.model._meta.concrete_fields:
        if f.name in ("id", "valid_from", "valid_to"):
            continue
        linked = getattr(row, f.name)
        values[f.name] = (linked.code if linked else None) if f.name in table.links else linked
    return values


def _codes(model: type[models.Model]) -> dict[str, int]:
    return dict(model._default_manager.values_list("code", "pk"))


def _short(value: Any) -> str:
    if isinstance(value, dict) and "coordinates" in value:
        return "shape"
    text = "–" if value is None else str(value)
    return text if len(text) <= 60 else text[:57] + "…"
