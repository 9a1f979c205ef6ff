"""API clients: made, found by the hash of their key, ended."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, Protocol

import msgspec
from django.db import connection, transaction

from bina.flow.cases.moves import By, State
from bina.ground.sla import version

SCOPES = (
    "read",
    "register",
    "contact",
    "call",
    "message",
    *(f"as:{b}" for b in By if b not in (By.SOURCE, By.CLOCK, By.RULE)),
)


class Acted(Protocol):
    """A case as far as it decides who may act on it."""

    @property
    def state(self) -> Any: ...
    @property
    def district_id(self) -> Any: ...
    @property
    def unit_id(self) -> Any: ...
    @property
    def sensitivity(self) -> Any: ...
    @property
    def more(self) -> Any: ...


class ClientRow(msgspec.Struct, frozen=True):
    """A client as doors need it."""

    id: int
    name: str
    stamp: int
    sensitivity: int
    district_id: int | None
    unit_id: int | None
    scopes: tuple[str, ...]
    rate_per_minute: int | None


def key_hash(key: str) -> bytes:
    """sha256 of a key; keys are 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(key.encode()).digest()


_COLUMNS = "id, name, stamp, sensitivity, district_id, unit_id, scopes::text, rate_per_minute"


def _row(row: tuple[Any, ...]) -> ClientRow:
    number, name, stamp, sensitivity, district, unit, scopes, rate = row
    return ClientRow(number, name, stamp, sensitivity, district, unit, tuple(msgspec.json.decode(scopes)), rate)


def find(digest: bytes) -> ClientRow | None:
    """The active client with this key hash."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM cases_client WHERE key_hash = %s::bytea AND active", [digest])
        row = cursor.fetchone()
    return _row(row) if row else None


def make(*, name: str, scopes: tuple[str, ...], sensitivity: int = 0, district_id: int | None = None,
         unit_id: int | None = None, rate_per_minute: int | None = None) -> str:  # fmt: skip
    """Makes a client and returns its key, which is shown this once."""
    unknown = [s for s in scopes if s not in SCOPES]
    if unknown:
        raise ValueError(f"unknown scopes {unknown}; known: {', '.join(SCOPES)}")
    key = secrets.token_urlsafe(32)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_client (name, key_hash, active, stamp, sensitivity, district_id, unit_id, scopes, "
            "rate_per_minute, made_at) VALUES (%s::text, %s::bytea, true, 1, %s::smallint, %s::bigint, %s::bigint, "
            "%s::text::jsonb, %s::int, bina_now())",
            [name, key_hash(key), sensitivity, district_id, unit_id, msgspec.json.encode(list(scopes)).decode(),
             rate_per_minute],
        )  # fmt: skip
    return key


def end(client_id: int) -> bool:
    """Ends a client: its key stops at the next call; False when there is none that stands.

    The city's version becomes another, for that is what a registration asks for when it writes.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_client SET active = false, stamp = stamp + 1, ended_at = bina_now() "
            "WHERE id = %s::bigint AND active",
            [client_id],
        )
        ended = bool(cursor.rowcount)
        if ended:
            version.bump()
    return ended


def stands(client_id: int, stamp: int) -> bool:
    """Whether a client is still what it was when it was read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM cases_client WHERE id = %s::bigint AND stamp = %s::int AND active)",
            [client_id, stamp],
        )
        return bool(cursor.fetchone()[0])


def standing() -> list[ClientRow]:
    """The clients that are not ended, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM cases_client WHERE active ORDER BY id")
        return [_row(row) for row in cursor.fetchall()]


def hats_of(client: ClientRow, case: Acted) -> frozenset[By]:
    """The capacities a client may act in on a case: those of its scopes, on cases of its district and unit."""
    if client.district_id is not None and client.district_id != case.district_id:
        return frozenset()
    if client.sensitivity < case.sensitivity:
        return frozenset()
    hats = {By(s.removeprefix("as:")) for s in client.scopes if s.startswith("as:")}
    if client.unit_id is not None and client.unit_id != case.unit_id:
        hats -= {By.UNIT, By.LIAISON, By.CREW}
    if case.state != State.REPORTED or "inspection" not in case.more:
        hats -= {By.INSPECTOR}
    return frozenset(hats | {By.INTEGRATOR})
