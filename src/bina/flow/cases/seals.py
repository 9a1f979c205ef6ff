"""Seals: at midnight the ledger's last line is stated in a row and in a file outside the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from django.db import connection, transaction


def seal(folder: Path) -> dict[str, Any]:
    """Writes a seal of the ledger as it stands: the file first, so that a row without its file means something.

    Sealing the same line twice changes nothing. Returns the seal: n, digest (hex), counts, at.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT n, digest, bina_now() FROM cases_ledger ORDER BY n DESC LIMIT 1")
        row = cursor.fetchone()
        if row is None:
            return {}
        n, digest, at = row
        cursor.execute("SELECT state, count(*) FROM cases_case GROUP BY state ORDER BY state")
        counts = {"events": n, "cases": dict(cursor.fetchall())}
        text = {"n": n, "digest": bytes(digest).hex(), "counts": counts, "at": at.isoformat()}
        cursor.execute("SELECT 1 FROM cases_seal WHERE n = %s::bigint", [n])
        if cursor.fetchone():
            return text
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{n}.json"
        part = path.with_suffix(".part")
        part.write_bytes(msgspec.json.encode(text, order="sorted"))
        part.replace(path)
        cursor.execute(
            "INSERT INTO cases_seal (n, digest, counts, at) VALUES (%s::bigint, %s::bytea, %s::text::jsonb, %s)",
            [n, bytes(digest), msgspec.json.encode(counts).decode(), at],
        )
    return text
