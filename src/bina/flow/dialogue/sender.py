"""Sends what lies in the outbox: leased, sent, marked; what may have gone out is never sent again blindly."""

from __future__ import annotations

import logging
import time
from typing import Any

import msgspec
from django.db import connection, transaction

from bina.flow.cases.errors import CaseError
from bina.flow.cases.moves import By
from bina.flow.cases.record import record
from bina.flow.cases.register import Key
from bina.flow.dialogue.gateways import Gateway, GatewayRefused, Parcel, Undelivered, Unknowable, gateway
from bina.ground.city import installation

log = logging.getLogger("bina.messages")

TURN_SECONDS = 10.0  # a worker that is asked to stop has not long to wait; the next turn comes in seconds
LEASE_SECONDS = 120  # longer than any gateway may take for one message
PAUSES = (60, 300, 1800, 2 * 3600, 12 * 3600)  # seconds after each failure; after the last it is given up
LOOK_SECONDS = 300  # between two questions about a message that may have gone out
LOOKED = 50
# What the rest of the case rests on the citizen's knowing: that he was told is a fact of its history.
FACTS = ("report", "decline", "hand_over", "close_unheard")
REPLY = "reply"  # the template of an answer to somebody's own message


class Leased(msgspec.Struct, frozen=True):
    """A message that this process may send now: which attempt it is, and to whom."""

    id: int
    attempt: int
    case_id: int | None
    seq: int
    template: str
    contact_id: int
    means: str
    body: str
    phone: str | None


def send_due(by: Gateway | None = None) -> int:
    """Sends what is due, one message at a time, as far as it gets in its turn; how many went out."""
    if not installation.exists():
        return 0
    try:
        by = by or gateway()
    except GatewayRefused as error:
        log.error("no message goes out: %s", error)
        return 0
    lapse()
    resolve(by)
    sent, until = 0, time.monotonic() + TURN_SECONDS
    while time.monotonic() < until and (one := lease()) is not None:
        sent += _send(by, one)
    return sent


def lease() -> Leased | None:
    """Takes the next message for this process alone, committed before anything is sent; None when none is due."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE dialogue_outbox o SET state = 'sending', attempts = attempts + 1, "
            "leased_until = bina_now() + make_interval(secs => %s::int) FROM (SELECT m.id, "
            "CASE WHEN c.erased_at IS NULL AND (m.template = %s::text "
            "OR c.withdrawn_at IS NULL AND c.tell_by <> 'none') THEN c.phone END AS phone "
            "FROM dialogue_outbox m LEFT JOIN cases_contact c ON c.id = m.contact_id "
            "WHERE m.state = 'waiting' AND m.due_at <= bina_now() ORDER BY m.due_at, m.id LIMIT 1 "
            "FOR UPDATE OF m SKIP LOCKED) AS next WHERE o.id = next.id "
            "RETURNING o.id, o.attempts, o.case_id, o.seq, o.template, o.contact_id, o.means, o.body, next.phone",
            [LEASE_SECONDS, REPLY],
        )
        row = cursor.fetchone()
    return Leased(*row) if row else None


def lapse() -> int:
    """Marks as unknown what somebody began to send and never marked: it may have gone out; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE dialogue_outbox SET state = 'unknown', reason = 'the sender ended before it could say', "
            "due_at = bina_now() WHERE state = 'sending' AND leased_until < bina_now()"
        )
        return int(cursor.rowcount)


def resolve(by: Gateway) -> int:
    """Asks the gateway what became of unknown messages: sent, or for certain never taken and so waiting again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE dialogue_outbox SET due_at = bina_now() + make_interval(secs => %s::int) WHERE id IN ("
            "SELECT id FROM dialogue_outbox WHERE state = 'unknown' AND due_at <= bina_now() ORDER BY due_at, id "
            "LIMIT %s::int FOR UPDATE SKIP LOCKED) RETURNING id, attempts, case_id, seq, template, contact_id, means, "
            "body, NULL",
            [LOOK_SECONDS, LOOKED],
        )
        unknown = [Leased(*row) for row in cursor.fetchall()]
    settled = 0
    for one in unknown:
        try:
            number = by.look_up(_key(one))
        except Unknowable:
            continue
        settled += _mark_sent(by, one, number) if number is not None else _again(by, one, "it never arrived")
    return settled


def _key(one: Leased) -> str:
    """Our own name of a message: the same at every attempt, and in this installation alone."""
    return f"{installation.current().uid.hex[:12]}-{one.id}"


def _send(by: Gateway, one: Leased) -> int:
    """One attempt; 1 if the message went out."""
    if not one.phone or not one.body:
        _end(by, one, "dropped", "nobody wants to be told any more")
        return 0
    try:
        number = by.send(Parcel(_key(one), one.phone, one.body))
    except Undelivered as error:
        _failed(by, one, error)
        return 0
    except Exception as error:  # a time-out, a broken line: it may have gone out
        log.warning("message %s may or may not have gone out: %s", one.id, type(error).__name__)
        _end(by, one, "unknown", type(error).__name__)
        return 0
    return _mark_sent(by, one, number)


def _mark_sent(by: Gateway, one: Leased, number: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE dialogue_outbox SET state = 'sent', gateway = %s::text, gateway_id = %s::text, reason = '', "
            "sent_at = bina_now(), leased_until = NULL "
            "WHERE id = %s::bigint AND attempts = %s::smallint AND state IN ('sending', 'unknown')",
            [by.name, number[:100], one.id, one.attempt],
        )
        if not cursor.rowcount:
            return 0
        if one.template in FACTS and one.case_id is not None:
            _tell_history(one.case_id, one)
    return 1


def _tell_history(case_id: int, one: Leased) -> None:
    """The history says once for each event that an author was told of it; this is no answer and keeps no promise."""
    key = Key("outbox", f"told:{case_id}:{one.seq}", "told", b"")
    own: dict[str, Any] = (
        {"contact": one.contact_id} if _of_case(case_id, one.contact_id) else {}
    )  # else of one that was merged
    try:
        record(case_id, "told", by=By.RULE, actor="rule", channel="system", key=key, means=one.means, **own)
    except CaseError as error:
        log.warning("message %s was sent; the history says nothing more: %s", one.id, type(error).__name__)


def _of_case(case_id: int, contact_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM cases_contact WHERE id = %s::bigint AND case_id = %s::bigint)",
            [contact_id, case_id],
        )
        return bool(cursor.fetchone()[0])


def _failed(by: Gateway, one: Leased, error: Undelivered) -> None:
    """A definite no: tried again after a pause that grows, given up in the end."""
    if error.permanent:
        _give_up(by, one, error.reason)
    else:
        _again(by, one, error.reason)


def _again(by: Gateway, one: Leased, reason: str) -> int:
    """It did not go out: it waits for its next attempt, or there have been enough of them."""
    if one.attempt > len(PAUSES):
        return _give_up(by, one, reason)
    return _end(by, one, "waiting", reason, PAUSES[one.attempt - 1])


def _give_up(by: Gateway, one: Leased, reason: str) -> int:
    log.error("message %s is given up after %s attempts: %s", one.id, one.attempt, reason[:200])
    return _end(by, one, "failed", reason)


def _end(by: Gateway, one: Leased, state: str, reason: str, pause: int = 0) -> int:
    """What became of this attempt, unless somebody has said so already; 1 if it was written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE dialogue_outbox SET state = %s::text, reason = %s::text, gateway = %s::text, leased_until = NULL, "
            "due_at = bina_now() + make_interval(secs => %s::int) WHERE id = %s::bigint AND attempts = %s::smallint "
            "AND state IN ('sending', 'unknown')",
            [state, reason[:200], by.name, pause, one.id, one.attempt],
        )
        return int(cursor.rowcount)
