"""Credit lines (ردیف اعتبار) as others read them: which may be named for a case, what of each is due and since when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
from django.db import connection, transaction

from bina.flow.cases.errors import Invalid
from bina.flow.cases.streams import append
from bina.ground.city.dated import this_day
from bina.ground.text.jalali import to_jalali

OFFERED_MAX = 200
KINDS = {"running": "هزینه‌ای", "capital": "عمرانی"}


class LineRow(msgspec.Struct, frozen=True):
    """A credit line with its oldest stage not handed over: number, amount in rial, due day; None when all came."""

    id: int
    code: str
    name: str
    year: int
    kind: str
    approved: int
    area_id: int | None
    tranche: int | None
    amount_due: int | None
    due_on: date | None


class Stage(msgspec.Struct, frozen=True):
    """A stage of a line as it is approved: amount in rial, due day, and what was handed over so far."""

    amount: int
    due_on: date
    given: int | None = None
    given_on: date | None = None
    document: str = ""


_READ = (
    "SELECT l.id, l.code, l.name, l.year, l.kind, l.approved, l.area_id, t.number, t.amount_due, t.due_on "
    "FROM credit_creditline l LEFT JOIN LATERAL (SELECT number, amount_due, due_on FROM credit_tranche "
    "WHERE line_id = l.id AND given_on IS NULL ORDER BY number LIMIT 1) t ON true "
)


def offered(district_id: int | None) -> list[LineRow]:
    """The lines of this fiscal year and the one before that a case of a district may wait for: its own first."""
    year = to_jalali(this_day()).year
    return _read(
        "WHERE (l.area_id = %s::bigint OR l.area_id IS NULL) AND l.year IN (%s::int, %s::int) "
        "ORDER BY l.area_id IS NULL, l.year DESC, l.code LIMIT %s::int",
        [district_id, year, year - 1, OFFERED_MAX],
    )


def by_ids(line_ids: Iterable[int]) -> dict[int, LineRow]:
    """These lines by their ids, in one statement; none for none."""
    wanted = sorted(set(line_ids))
    return {row.id: row for row in _read("WHERE l.id = ANY(%s::bigint[])", [wanted])} if wanted else {}


def exists(line_id: int) -> bool:
    """Whether there is such a line."""
    return bool(_read("WHERE l.id = %s::bigint", [line_id]))


def open_line(
    *, code: str, name: str, year: int, kind: str, approved: int, area_id: int | None, stages: Sequence[Stage],
    source: str, actor: str, channel: str, owner_id: int | None = None, origin: str = "live",
) -> int:  # fmt: skip
    """Opens a line with its stages (amounts in rial, `year` Jalali) and says so in its history; its id.

    Raises Invalid when its stages are more than was approved, or its code is taken.
    """
    if sum(stage.amount for stage in stages) > approved:
        raise Invalid({"stages": "جمع مرحله‌ها از مبلغ مصوب بیشتر است."})
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO credit_creditline (code, name, year, kind, approved, area_id, owner_id, source) VALUES "
            "(%s::text, %s::text, %s::int, %s::text, %s::bigint, %s::bigint, %s::bigint, %s::text) "
            "ON CONFLICT (code) DO NOTHING RETURNING id",
            [code, name, year, kind, approved, area_id, owner_id, source],
        )
        made = cursor.fetchone()
        if made is None:
            raise Invalid({"code": f"ردیفی با کد «{code}» هست."})
        for number, stage in enumerate(stages, 1):
            cursor.execute(
                "INSERT INTO credit_tranche (line_id, number, amount_due, due_on, amount_given, given_on, document) "
                "VALUES (%s::bigint, %s::int, %s::bigint, %s::date, %s::bigint, %s::date, %s::text)",
                [made[0], number, stage.amount, stage.due_on, stage.given, stage.given_on, stage.document],
            )
        append("credit", int(made[0]), "opened", actor=actor, channel=channel, origin=origin, code=code, year=year,
               kind=kind, approved=approved, area=area_id, stages=len(stages))  # fmt: skip
    return int(made[0])


def _read(where: str, given: list[Any]) -> list[LineRow]:
    with connection.cursor() as cursor:
        cursor.execute(_READ + where, given)
        return [LineRow(*row) for row in cursor.fetchall()]
