"""An event as the code holds it, its canonical bytes, and the chain of the ledger."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

FORMAT = 1
GENESIS = b"\0" * 32
_encode = msgspec.json.Encoder(order="sorted").encode
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Event(msgspec.Struct, frozen=True):
    """One line of a stream; times are microseconds since 1970 UTC, so that no float and no zone is ever hashed."""

    id: int
    stream_kind: str
    stream_id: int
    seq: int
    verb: str
    at: int
    recorded_at: int
    actor: str
    channel: str
    origin: str
    given: dict[str, Any]


# What a query must select, in this order, for event_of().
COLUMNS = (
    "e.id, e.stream_kind, e.stream_id, e.seq, e.verb, (extract(epoch FROM e.at) * 1000000)::bigint, "
    "(extract(epoch FROM e.recorded_at) * 1000000)::bigint, e.actor, e.channel, e.origin, e.given::text"
)


def event_of(row: Iterable[Any]) -> Event:
    """An Event from a row selected by COLUMNS."""
    values = list(row)
    values[-1] = msgspec.json.decode(values[-1])
    return Event(*values)


def canonical(event: Event) -> bytes:
    """The stored row as canonical JSON: format version first, every column, keys sorted, no floats."""
    return _encode(
        [
            FORMAT,
            event.id,
            event.stream_kind,
            event.stream_id,
            event.seq,
            event.verb,
            event.at,
            event.recorded_at,
            event.actor,
            event.channel,
            event.origin,
            event.given,
        ]
    )


def fingerprint(event: Event) -> bytes:
    """sha256 of the stored row."""
    return hashlib.sha256(canonical(event)).digest()


def linked(previous: bytes, fingerprint: bytes) -> bytes:
    """The digest of the next ledger line: sha256(previous digest ‖ sha256 of the stored row)."""
    return hashlib.sha256(previous + fingerprint).digest()


def chained(previous: bytes, event: Event) -> bytes:
    """The digest of the ledger line that enters this event after `previous`."""
    return linked(previous, fingerprint(event))


def salted(content: str | bytes, salt: bytes) -> str:
    """How words and files enter an event: hex sha256(salt ‖ content); the salt goes when the content is erased."""
    raw = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(salt + raw).hexdigest()


def new_salt() -> bytes:
    """Sixteen random bytes."""
    return secrets.token_bytes(16)


def contact_content(words: str, name: str, phone: str | None, answers: dict[str, Any]) -> bytes:
    """What of a contact its event vouches for: the words, the person and the answers, as canonical JSON."""
    return _encode([words, name, phone, answers])


def micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC, exact."""
    delta = moment - _EPOCH
    return (delta.days * 86400 + delta.seconds) * 1_000_000 + delta.microseconds


def moment(seconds: int) -> datetime:
    """The UTC datetime of whole epoch seconds."""
    return datetime.fromtimestamp(seconds, UTC)


def seconds(at: datetime) -> int:
    """Whole epoch seconds of a datetime, rounded down."""
    return micros(at) // 1_000_000
