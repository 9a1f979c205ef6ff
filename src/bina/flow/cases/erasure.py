"""Erasure: person, words, phone, address and photos of a case are emptied; the case goes on, the chain stays true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bina.flow.cases.errors import Invalid
from bina.flow.cases.moves import By
from bina.flow.cases.photos import folder
from bina.flow.cases.record import allowed
from bina.flow.cases.streams import append
from bina.flow.cases.write import Locked, Recorded, Step, write

REASONS = ("asked", "retention", "mistake")


def erase(case_id: int, *, by: By, actor: str, channel: str, reason: str) -> Recorded:
    """Empties what is personal on a case and says so in its history and in the stream of erasures.

    Contacts stay counted under their bare numbers, nothing more is sent to them; verify stays clean, since a salted
    hash whose salt is gone proves nothing about anybody.
    """
    if reason not in REASONS:
        raise Invalid({"reason": "دلیل حذف را برگزینید."})
    gone: list[str] = []
    counts: dict[str, Any] = {}

    def decide(cursor: Any, held: Locked) -> list[Step]:
        allowed(held.summary, "erased", by)
        cursor.execute(
            "UPDATE cases_contact SET name = '', phone = NULL, words = '', answers = '{}'::jsonb, outside_ref = '', "
            "tell_by = 'none', salt = NULL, erased_at = bina_now() WHERE case_id = %s::bigint AND erased_at IS NULL",
            [case_id],
        )
        counts["contacts"] = cursor.rowcount
        cursor.execute(
            "UPDATE cases_words SET text = '', salt = NULL, erased_at = bina_now() "
            "WHERE stream_kind = 'case' AND stream_id = %s::bigint AND erased_at IS NULL",
            [case_id],
        )
        counts["texts"] = cursor.rowcount
        cursor.execute("UPDATE cases_casetext SET address = '', terms = '' WHERE case_id = %s::bigint", [case_id])
        cursor.execute(
            "UPDATE cases_attachment SET erased_at = bina_now(), salt = NULL, lat_e6 = NULL, lon_e6 = NULL "
            "WHERE case_id = %s::bigint AND erased_at IS NULL RETURNING sha256",
            [case_id],
        )
        gone.extend(row[0] for row in cursor.fetchall())
        counts["files"] = len(gone)
        append("erasure", case_id, "erased", actor=actor, channel=channel, case=case_id, reason=reason, **counts)
        return [Step("erased", {"what": "person"})]

    done = write(case_id, decide, actor=actor, channel=channel)
    _unlink(gone, folder())
    return done


def _unlink(digests: list[str], files: Path) -> None:
    """Removes the files that no other attachment still shows; after the commit, so that none is lost by a rollback."""
    from bina.flow.cases.models import Attachment

    for digest in set(digests):
        if not Attachment.objects.filter(sha256=digest, erased_at__isnull=True).exists():
            (files / digest[:2] / digest).unlink(missing_ok=True)
