"""The open cases of a piece of the map: gathered by a grid where they are many, one by one where they are few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BooleanField, FloatField, Func, Lookup, QuerySet
from django.db.models.expressions import RawSQL

from bina.flow.cases.columns import PointField, spelled
from bina.flow.cases.models import Case

MOST = 10_000  # of the newest points are gathered
SINGLY = 250  # at most so many are shown one by one
APART = 8  # cells of the grid's size that points shown one by one are told apart by


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of the map in local metres, its edges within it."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, other: Box) -> bool:
        """Whether another box lies wholly within this one."""
        return (
            self.west <= other.west and self.south <= other.south
            and self.east >= other.east and self.north >= other.north
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cluster:
    """Cases of one cell: their middle, their number, that of each pair of hands, the hazards, the box around them."""

    x: float
    y: float
    n: int
    hands: dict[str, int]
    hazards: int
    box: Box


@dataclass(frozen=True, slots=True)
class Pin:
    """One case that stands alone on the map."""

    x: float
    y: float
    code: str
    subject_id: int
    state: str
    hands: str
    hazard: bool


@dataclass(frozen=True, slots=True)
class View:
    """What a piece of the map shows; `n` points in all, `more`: there are more than were gathered, the older ones."""

    clusters: list[Cluster]
    pins: list[Pin]
    n: int
    more: bool


@PointField.register_lookup
class Inside(Lookup):
    """`point__inside=Box`: answered by the index of open points."""

    lookup_name = "inside"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Box, connection: Any) -> tuple[str, list[float]]:
        """The box as PostgreSQL's own."""
        edges = [value.west, value.south, value.east, value.north]
        return "box(point(%s::float8, %s::float8), point(%s::float8, %s::float8))", edges

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """The condition."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} <@ {right}", [*left_params, *right_params]


def opened(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Of these cases the open ones. The state stands in the statement itself, not as a value: so the planner knows the
    indexes of open cases."""
    return cases.filter(RawSQL("cases_case.state <> 'closed'", [], output_field=BooleanField()))


def within(cases: QuerySet[Case], box: Box | None) -> QuerySet[Case]:
    """Of these cases the open ones with a point in the box; None: anywhere."""
    return opened(cases).filter(point__isnull=False) if box is None else opened(cases).filter(point__inside=box)


def page(cases: QuerySet[Case], *, after: int | None, limit: int) -> tuple[list[Case], int | None]:
    """The newest of these by keyset, and the key of the next page; two statements. The numbers first: the index of open
    points gives those of a thousand without reading a row."""
    narrowed = cases if after is None else cases.filter(id__lt=after)
    ids = list(narrowed.order_by("-id").values_list("id", flat=True)[: limit + 1])
    rows = list(Case.objects.filter(id__in=ids[:limit]).order_by("-id")) if ids else []
    return rows, ids[limit - 1] if len(ids) > limit else None


def view(cases: QuerySet[Case], box: Box | None, *, cell: float) -> View:
    """These cases in a piece of the map by cells of so many metres; at most three statements whatever their number.

    Of more than `MOST` the newest are gathered. At most `SINGLY` are told apart down to an eighth of a cell.
    """
    here = within(cases, box)
    clusters = _gathered(here, cell)
    n = sum(cluster.n for cluster, _ in clusters)
    if n > MOST:
        return View([c for c, _ in clusters], [], MOST, True)
    if n <= SINGLY and len(clusters) < n:
        clusters = _gathered(here, cell / APART)
    alone = {case_id for cluster, case_id in clusters if cluster.n == 1}
    pins = _pins(here, alone) if len(alone) <= SINGLY else []
    shown = [cluster for cluster, _ in clusters if cluster.n > 1 or not pins]
    return View(shown, pins, n, False)


_BY_CELL = """
SELECT floor(x / %s::float8) AS col, floor(y / %s::float8) AS line, hands, count(*), max(id), sum(x), sum(y), min(x),
  min(y), max(x), max(y), count(*) FILTER (WHERE hazard)
FROM ({cases}) AS seen GROUP BY col, line, hands ORDER BY col, line, hands
"""


def _gathered(cases: QuerySet[Case], cell: float) -> list[tuple[Cluster, int]]:
    """The newest of these by cell, each with the number of one of its cases."""
    x = Func("point", template="(%(expressions)s)[0]", output_field=FloatField())
    y = Func("point", template="(%(expressions)s)[1]", output_field=FloatField())
    newest = cases.order_by("-id").annotate(x=x, y=y).values("id", "x", "y", "hands", "hazard")[: MOST + 1]
    if (asked := spelled(newest)) is None:
        return []
    inner, values = asked
    with connection.cursor() as cursor:
        cursor.execute(_BY_CELL.format(cases=inner), [cell, cell, *values])
        rows = cursor.fetchall()
    cells: dict[tuple[float, float], list[Any]] = {}
    for col, line, *row in rows:
        cells.setdefault((col, line), []).append(row)
    return [_cluster(parts) for parts in cells.values()]


def _cluster(parts: list[Any]) -> tuple[Cluster, int]:
    n = sum(part[1] for part in parts)
    box = Box(
        min(part[5] for part in parts), min(part[6] for part in parts),
        max(part[7] for part in parts), max(part[8] for part in parts),
    )  # fmt: skip
    middle = sum(part[3] for part in parts) / n, sum(part[4] for part in parts) / n
    hands = {part[0]: part[1] for part in parts}
    return Cluster(*middle, n, hands, sum(part[9] for part in parts), box), max(part[2] for part in parts)


def _pins(cases: QuerySet[Case], ids: set[int]) -> list[Pin]:
    if not ids:
        return []
    fields = ("code", "subject_id", "state", "hands", "hazard", "point")
    rows = cases.filter(id__in=ids).order_by("-id").values_list(*fields)
    return [Pin(*_coordinates(point), code, subject, state, hands, hazard)
            for code, subject, state, hands, hazard, point in rows]  # fmt: skip


def _coordinates(point: str) -> tuple[float, float]:
    """A point as PostgreSQL writes it: (x,y)."""
    x, y = point.strip("()").split(",")
    return float(x), float(y)
