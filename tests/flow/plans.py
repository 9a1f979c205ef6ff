"""A table as it would be with one index alone: on a few rows the planner thinks one index as good as another."""

from __future__ import annotations

from typing import Any


def with_one_index(cursor: Any, table: str, index: str) -> None:
    """Until the transaction ends the table is empty and has this index and no other; sequential scans are off."""
    cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index])
    [(definition,)] = cursor.fetchall()
    cursor.execute(f"CREATE TEMP TABLE {table} (LIKE public.{table}) ON COMMIT DROP")
    cursor.execute(definition.replace(f" ON public.{table} ", f" ON pg_temp.{table} "))
    cursor.execute("SET LOCAL enable_seqscan = off")
