"""A citizen's text message comes in: understood, done by the same moves as everywhere, answered; once for each."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import connection, transaction

from bina.flow.cases import access
from bina.flow.cases.contacts import contact
from bina.flow.cases.errors import CaseError, Invalid, NotAllowed
from bina.flow.cases.instant import instant
from bina.flow.cases.moves import By
from bina.flow.cases.record import record
from bina.flow.cases.register import WORDS_MAX, Author
from bina.flow.dialogue import conversation, replies
from bina.flow.dialogue.conversation import Talk, talks
from bina.flow.dialogue.grammar import Means, Understood, understand
from bina.flow.dialogue.sender import REPLY
from bina.flow.dialogue.telling import put
from bina.ground.text.codes import read_code
from bina.ground.text.letters import canonical

REF_MAX = 100
ANSWERED_AN_HOUR = 20  # so many messages of one number are answered in an hour; more are kept and read by people
KEPT_DAYS = 30


class Received(msgspec.Struct, frozen=True):
    """What a message became: its number here, what was done, and what the sender is answered at once (or nothing).

    `did`: confirm, dispute, withdraw, recontact, reply, status, stop, help, which, refused, unknown.
    """

    id: int
    did: str
    case_id: int | None
    answer: str
    again: bool = False


class _Done(msgspec.Struct, frozen=True):
    """What one meaning came to."""

    did: str
    contact_id: int
    lang: str
    case_id: int | None = None
    answer: str = ""


def receive(*, gateway: str, ref: str, phone: str, text: str, channel: str = "sms") -> Received:
    """Takes one message in, in one transaction; told again by the same gateway it is the same and changes nothing.

    `ref` is the gateway's own name of the message, `phone` in E.164. Whatever cannot be done is answered in words.
    Raises Invalid for a message that no gateway can have meant.
    """
    errors = {}
    if not 0 < len(ref) <= REF_MAX or "\0" in ref:
        errors["id"] = f"نام پیام باید ۱ تا {REF_MAX} حرف باشد."
    if len(text) > WORDS_MAX or "\0" in text:
        errors["text"] = f"متن پیام باید تا {WORDS_MAX} حرف باشد."
    if errors:
        raise Invalid(errors)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dialogue_incoming (gateway, ref, phone, text, at, did) VALUES (%s::text, %s::text, %s::text, "
            "%s::text, bina_now(), '') ON CONFLICT (gateway, ref) DO NOTHING RETURNING id",
            [gateway, ref, phone, text],
        )
        row = cursor.fetchone()
        if row is None:
            return _before(cursor, gateway, ref)
        number = int(row[0])
        done = _handle(phone, understand(text), text, channel)
        cursor.execute(
            "UPDATE dialogue_incoming SET did = %s::text, case_id = %s::bigint, contact_id = %s::bigint "
            "WHERE id = %s::bigint",
            [done.did, done.case_id, done.contact_id, number],
        )
        answer = done.answer if _may_answer(cursor, phone) else ""
        if answer:
            put(cursor, [(done.case_id, number, REPLY, done.contact_id, "sms", answer)])
    return Received(number, done.did, done.case_id, answer)


def _before(cursor: Any, gateway: str, ref: str) -> Received:
    """What this message became when it came for the first time."""
    cursor.execute(
        "SELECT id, did, case_id FROM dialogue_incoming WHERE gateway = %s::text AND ref = %s::text", [gateway, ref]
    )
    number, did, case_id = cursor.fetchone()
    return Received(int(number), did, case_id, "", again=True)


def _may_answer(cursor: Any, phone: str) -> bool:
    """Two machines that answer each other must come to an end."""
    cursor.execute(
        "SELECT count(*) FROM dialogue_incoming WHERE phone = %s::text AND at > bina_now() - interval '1 hour'", [phone]
    )
    return bool(cursor.fetchone()[0] <= ANSWERED_AN_HOUR)


def _handle(phone: str, said: Understood, text: str, channel: str) -> _Done:
    mine = talks(phone)
    if said.code is not None:
        mine = [t for t in mine if t.goes_by(said.code)]
        if not mine:
            return _of_another(phone, said, text, channel)
    if not mine:
        return _unknown(phone, text, channel)
    try:
        with transaction.atomic():
            return _ACTS[said.means](mine, said, channel)
    except CaseError as error:
        one = conversation.latest(mine)
        told = error.sentence if one.lang == "fa" else replies.say("refused", one.lang)
        return _Done("refused", one.contact_id, one.lang, one.case_id, replies.about(told, one.code, one.lang))


def _told(did: str, one: Talk, key: str = "", **filled: str) -> _Done:
    """Done; answered here when no message follows from the event by itself."""
    answer = replies.about(replies.say(key, one.lang, **filled), one.code, one.lang) if key else ""
    return _Done(did, one.contact_id, one.lang, one.case_id, answer)


def _yes(mine: list[Talk], said: Understood, channel: str) -> _Done:
    """It is right: the one result that waits for an answer is confirmed."""
    waiting = [t for t in mine if t.asks]
    if len(waiting) > 1:
        return _which(waiting, "1")
    if not waiting:
        return _told("help", conversation.latest(mine), "nothing_waits")
    [one] = waiting
    record(one.case_id, "confirm", by=By.CITIZEN, actor="citizen", channel=channel, words=said.words or None,
           contact=one.contact_id)  # fmt: skip
    return _told("confirm", one, "" if one.hears else "confirmed")


def _no(mine: list[Talk], said: Understood, channel: str) -> _Done:
    """It is not right: disputed while that is open, else a message that proposes reopening."""
    open_ = [t for t in mine if t.asks] or [t for t in mine if t.disputable]
    if len(open_) > 1:
        return _which(open_, "2")
    if open_:
        [one] = open_
        record(one.case_id, "dispute", by=By.CITIZEN, actor="citizen", channel=channel, reason=said.reason,
               contact=one.contact_id, words=said.words or None)  # fmt: skip
        return _told("dispute", one, "" if one.hears else "disputed")
    return _again(conversation.latest(mine), said, said.reason, channel)


def _withdraw(mine: list[Talk], said: Understood, channel: str) -> _Done:
    """He takes his report back: all that this number said on that case. Of a merged one he only hears no more."""
    standing = [t for t in mine if t.open]
    if len(standing) > 1:
        return _which(standing, replies.say("withdraw", standing[0].lang))
    if not standing:
        return _told("help", conversation.latest(mine), "nothing_open")
    [one] = standing
    if one.own_case_id == one.case_id:
        conversation.take_back(one.phone, one.case_id, channel=channel)
    else:
        conversation.hush(standing)
    return _told("withdraw", one, "withdrawn")


def _stop(mine: list[Talk], said: Understood, channel: str) -> _Done:
    """He wants no more messages: about one case if he names it, else about any; the page goes on answering."""
    conversation.hush(mine)
    return _told("stop", conversation.latest(mine), "hushed")


def _status(mine: list[Talk], said: Understood, channel: str) -> _Done:
    one = conversation.latest(mine)
    return _Done("status", one.contact_id, one.lang, one.case_id, replies.status(one.case_id, one.code, one.lang))


def _help(mine: list[Talk], said: Understood, channel: str) -> _Done:
    return _told("help", conversation.latest(mine), "help")


def _words(mine: list[Talk], said: Understood, channel: str) -> _Done:
    """His own words: the answer to our question if we asked one, else he asks or adds something."""
    one = conversation.latest(mine)
    if one.asked:
        contact(one.case_id, kind="reply", by=By.CITIZEN, actor="citizen", channel=channel, words=said.words,
                author=_author(one))  # fmt: skip
        return _told("reply", one, "" if one.hears else "noted")
    return _again(one, said, said.reason, channel)


def _again(one: Talk, said: Understood, reason: str, channel: str) -> _Done:
    contact(one.case_id, kind="recontact", reason=reason, by=By.CITIZEN, actor="citizen", channel=channel,
            words=said.words, author=_author(one))  # fmt: skip
    return _told("recontact", one, "" if one.hears else "noted")


def _author(one: Talk) -> Author:
    """The same person, told in the way he chose."""
    return Author(one.name, one.phone, one.tell_by, one.lang)


def _which(several: list[Talk], word: str) -> _Done:
    """More than one case can be meant: he is asked to send his word again with the code."""
    one = conversation.latest(several)
    answer = replies.which([t.code for t in several], word, one.lang)
    return _Done("which", one.contact_id, one.lang, one.case_id, answer)


_ACTS = {
    Means.YES: _yes, Means.NO: _no, Means.WITHDRAW: _withdraw, Means.STOP: _stop, Means.STATUS: _status,
    Means.HELP: _help, Means.WORDS: _words, Means.NOTHING: _help,
}  # fmt: skip


def _of_another(phone: str, said: Understood, text: str, channel: str) -> _Done:
    """The code of a request that this number has not reported: its public state, as the page of a code gives it."""
    lang = next((t.lang for t in talks(phone)), "fa")
    contact_id = _kept(phone, text, channel, lang)
    try:
        case = access.public_case(read_code(said.code or ""))
    except NotAllowed:
        return _Done("unknown", contact_id, lang, None, replies.say("no_such_code", lang))
    state = replies.status(case.pk, said.code or case.code, lang)
    more = "" if said.means == Means.STATUS else "\n" + replies.say("not_yours", lang)
    return _Done("status", contact_id, lang, None, state + more)


def _unknown(phone: str, text: str, channel: str) -> _Done:
    """A number without a request: its words are kept, and it is told how to report."""
    return _Done("unknown", _kept(phone, text, channel, "fa"), "fa", None, replies.say("unknown", "fa"))


def _kept(phone: str, text: str, channel: str, lang: str) -> int:
    """The message as a contact without a case, so that it is counted and never lost."""
    return instant(
        by=By.INTEGRATOR, actor="citizen", channel=channel, words=canonical(text) or "؟",
        author=Author("", phone, "none", lang),
    )  # fmt: skip


def forget() -> int:
    """Empties messages about no request that are older than a month; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE dialogue_incoming SET phone = NULL, text = '' WHERE phone IS NOT NULL AND case_id IS NULL "
            "AND at < bina_now() - make_interval(days => %s::int)",
            [KEPT_DAYS],
        )
        return int(cursor.rowcount)
