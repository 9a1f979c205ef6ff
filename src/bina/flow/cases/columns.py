"""What Django lacks of SQL: the column of a core point in local metres, and a query put inside a larger one."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models import QuerySet


class PointField(models.Field):
    """A core `point` (x east, y north, metres from the city's origin); written by SQL, read as '(x,y)'."""

    def db_type(self, connection: Any) -> str:
        return "point"


def spelled(query: QuerySet[Any, Any]) -> tuple[str, tuple[Any, ...]] | None:
    """A query's own statement and its values, to be put inside a larger one.

    None when Django knows without asking that nothing fits: somebody who may see nothing, words that nobody used.
    """
    try:
        return query.query.sql_with_params()
    except EmptyResultSet:
        return None
