"""One case with all that stands beside its history, in two statements: what the page of a case shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict

import msgspec
from django.db import connection

from bina.flow.cases import history
from bina.flow.cases.events import Event


class ContactRow(TypedDict):
    """A message with who sent it; whoever shows a name or a number logs the look."""

    id: int
    kind: str
    reason: str | None
    channel: str
    at: datetime
    name: str
    phone: str | None
    words: str
    tell_by: str
    withdrawn_at: datetime | None
    erased_at: datetime | None


class PromiseRow(TypedDict):
    """A promise given to a citizen."""

    seq: int
    kind: str
    due_at: datetime
    given_at: datetime
    kept_at: datetime | None
    broken_at: datetime | None


class ReferralRow(TypedDict):
    """The case in the hands of one body, with the three times of its delivery."""

    seq: int
    kind: str
    unit_id: int
    at: datetime
    due_at: datetime | None
    notified_at: datetime | None
    seen_at: datetime | None
    accepted_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    reason: str | None


class PhotoRow(TypedDict):
    """A photo: when it was sent and, as far as its file said, when and where it was taken."""

    id: int
    stage: str
    width: int
    height: int
    at: datetime
    taken_at: datetime | None
    lat_e6: int | None
    lon_e6: int | None


class _Said(msgspec.Struct, frozen=True):
    seq: int
    text: str


class _Beside(msgspec.Struct, frozen=True):
    now: datetime
    address: str
    said: list[_Said]
    contacts: list[ContactRow]
    promises: list[PromiseRow]
    referrals: list[ReferralRow]
    photos: list[PhotoRow]


class Dossier(msgspec.Struct, frozen=True):
    """A case's events, the same as lines with their words, and the rows beside them, each oldest first."""

    now: datetime
    events: list[Event]
    entries: list[history.Entry]
    address: str
    contacts: list[ContactRow]
    promises: list[PromiseRow]
    referrals: list[ReferralRow]
    photos: list[PhotoRow]


def _rows(of: type, table: str, order: str, where: str = "") -> str:
    """The rows of a table that belong to the case, as one JSON list with the fields of a row's class."""
    fields = ", ".join(f"'{name}', t.{name}" for name in of.__annotations__)
    return (
        f"(SELECT coalesce(jsonb_agg(jsonb_build_object({fields}) ORDER BY t.{order}), '[]'::jsonb) FROM {table} t "
        f"WHERE t.case_id = %(case)s::bigint{where})"
    )


_BESIDE = (
    "SELECT jsonb_build_object('now', bina_now(), "
    "'address', coalesce((SELECT address FROM cases_casetext WHERE case_id = %(case)s::bigint), ''), "
    "'said', (SELECT coalesce(jsonb_agg(jsonb_build_object('seq', w.seq, 'text', w.text)), '[]'::jsonb) "
    "FROM cases_words w WHERE w.stream_kind = 'case' AND w.stream_id = %(case)s::bigint), "
    f"'contacts', {_rows(ContactRow, 'cases_contact', 'id')}, "
    f"'promises', {_rows(PromiseRow, 'cases_promise', 'seq')}, "
    f"'referrals', {_rows(ReferralRow, 'cases_referral', 'seq')}, "
    f"'photos', {_rows(PhotoRow, 'cases_attachment', 'id', ' AND t.erased_at IS NULL')})::text"
)
_decode = msgspec.json.Decoder(_Beside).decode


def of_case(case_id: int) -> Dossier:
    """Everything of one case; the ledger's numbers are not read (`n` of an entry is None)."""
    events = history.events(case_id)
    with connection.cursor() as cursor:
        given: dict[str, Any] = {"case": case_id}
        cursor.execute(_BESIDE, given)
        beside = _decode(cursor.fetchone()[0])
    staff = {one.seq: one.text for one in beside.said}
    heard = {one["id"]: one["words"] for one in beside.contacts}
    return Dossier(
        beside.now, events, history.told(events, staff, heard), beside.address, beside.contacts, beside.promises,
        beside.referrals, beside.photos,
    )  # fmt: skip
