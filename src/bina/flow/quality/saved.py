"""Saved filters: a person's own ways of looking at his lists, by name, each with a mark by which it can be shared."""

from __future__ import annotations

import secrets

import msgspec
from django.db import connection, transaction

from bina.flow.cases.errors import Invalid
from bina.ground.text.digits import persian
from bina.ground.text.letters import canonical, one_line

NAME_MAX, QUERY_MAX, FILTERS_MAX = 60, 1000, 30


class Saved(msgspec.Struct, frozen=True):
    """One saved filter: whose, its name, the address's query that it stands for, its mark."""

    person_id: int
    name: str
    query: str
    mark: str


def save(*, person_id: int, name: str, query: str) -> str:
    """Keeps a filter under a name, in place of an earlier one of that name; gives its mark. Raises Invalid."""
    called = one_line(canonical(name))
    errors = {}
    if not called:
        errors["name"] = "نامی برای این فیلتر بنویسید."
    elif len(called) > NAME_MAX:
        errors["name"] = f"نام تا {persian(NAME_MAX)} حرف باشد."
    if not query:
        errors["query"] = "چیزی فیلتر نشده است؛ نخست فیلتری بگذارید."
    elif len(query) > QUERY_MAX:
        errors["query"] = "این فیلتر بلندتر از آن است که نگه داشته شود."
    if errors:
        raise Invalid(errors)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('saved filters'), %s::int)", [person_id % 2**31])
        cursor.execute(
            "SELECT count(*) FROM quality_savedfilter WHERE person_id = %s::bigint AND name <> %s::text",
            [person_id, called],
        )
        if cursor.fetchone()[0] >= FILTERS_MAX:
            raise Invalid({"name": f"تا {persian(FILTERS_MAX)} فیلتر نگه داشته می‌شود؛ یکی را بردارید."})
        cursor.execute(
            "INSERT INTO quality_savedfilter (person_id, name, query, mark, made_at) "
            "VALUES (%s::bigint, %s::text, %s::text, %s::text, bina_now()) "
            "ON CONFLICT (person_id, name) DO UPDATE SET query = excluded.query RETURNING mark",
            [person_id, called, query, secrets.token_urlsafe(9)],
        )
        return str(cursor.fetchone()[0])


def remove(mark: str, person_id: int) -> bool:
    """Takes a person's filter off his list; False when it is not his."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM quality_savedfilter WHERE mark = %s::text AND person_id = %s::bigint", [mark, person_id]
        )
        return bool(cursor.rowcount)


def by_mark(mark: str) -> Saved | None:
    """The filter of a mark, whoever's it is."""
    return next(iter(_read("WHERE mark = %s::text", [one_mark(mark)])), None)


def one_mark(text: str) -> str:
    """A mark as an address gave it, fit to be asked for."""
    return text[:40].replace("\0", "")


def _read(where: str, given: list[object]) -> list[Saved]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT person_id, name, query, mark FROM quality_savedfilter {where}", given)
        return [Saved(*row) for row in cursor.fetchall()]
