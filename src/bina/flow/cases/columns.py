"""The one column type that Django lacks: PostgreSQL's core point, in local metres."""

from __future__ import annotations

from typing import Any

from django.db import models


class PointField(models.Field):
    """A core `point` (x east, y north, metres from the city's origin); written by SQL, read as '(x,y)'."""

    def db_type(self, connection: Any) -> str:
        return "point"
