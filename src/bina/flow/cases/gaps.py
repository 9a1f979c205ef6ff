"""Where open cases would wait for nobody: desks without a holder, units whose inbox nobody reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from bina.ground.city.units import INBOX_ROLES


@dataclass(frozen=True, slots=True)
class Gap:
    """A desk or a unit with nobody, and how many open cases wait there."""

    kind: str  # desk · unit
    id: int
    name: str
    open: int


_IN_FORCE = "{0}.valid_from <= %(on)s::date AND ({0}.valid_to IS NULL OR {0}.valid_to > %(on)s::date)"
_GAPS = f"""
WITH waiting AS (SELECT desk_id, unit_id, count(*) AS n FROM cases_case WHERE state <> 'closed' GROUP BY 1, 2)
SELECT 'desk', d.id, d.name, (SELECT coalesce(sum(n), 0) FROM waiting w WHERE w.desk_id = d.id)
FROM city_desk d WHERE {_IN_FORCE.format("d")} AND NOT EXISTS (
    SELECT FROM city_deskholder h JOIN city_person p ON p.id = h.person_id AND p.is_active
    WHERE h.desk_id = d.id AND {_IN_FORCE.format("h")})
UNION ALL
SELECT 'unit', u.id, u.name, (SELECT coalesce(sum(n), 0) FROM waiting w WHERE w.unit_id = u.id)
FROM city_unit u WHERE {_IN_FORCE.format("u")} AND NOT EXISTS (
    SELECT FROM city_right r JOIN city_person p ON p.id = r.person_id AND p.is_active
    WHERE r.unit_id = u.id AND r.role = ANY(%(roles)s::text[]) AND {_IN_FORCE.format("r")})
ORDER BY 1, 4 DESC, 2
"""


def gaps(on: date) -> list[Gap]:
    """Desks and units in force on a day that nobody would hold or read, with the open cases of now."""
    with connection.cursor() as cursor:
        cursor.execute(_GAPS, {"on": on, "roles": [str(role) for role in INBOX_ROLES]})
        return [Gap(kind, number, name, int(waiting)) for kind, number, name, waiting in cursor.fetchall()]
