"""Every move and fact of the table over JSON, each in a capacity that the key's scopes name."""

from typing import Any

import msgspec
from django.http import HttpRequest
from ninja import Field, Schema

from bina.doors.api.intake import NewRequest, key_from, place_of
from bina.doors.api.v1 import api, audience
from bina.flow.cases import access, corrections
from bina.flow.cases.clients import ClientRow, hats_of
from bina.flow.cases.errors import Invalid, NotAllowed
from bina.flow.cases.facts import BY_FACT
from bina.flow.cases.merge import merge
from bina.flow.cases.moves import BY_VERB, verbs_for, why_not
from bina.flow.cases.record import record, unfit
from bina.flow.cases.register import Key, Place
from bina.flow.waiting import holds
from bina.ground.city import units

UNIT_FIELDS = ("unit", "proposed_unit", "body")
# Not by this way: they have operations of their own, or only the system and the pages of staff write them.
ELSEWHERE = ("register", "contact", "photo", "split", "attach", "detach", "author_withdrawn", "erased", "seen",
             "desk_reached", "demand_linked", "demand_answered", "credit_encumbered", "credit_freed")  # fmt: skip


class Wish(Schema):
    """What a move needs: `seq` is the last event you have seen (409 when there are newer ones)."""

    seq: int | None = Field(None, ge=1, lt=2**31)
    words: str | None = Field(None, max_length=20_000)
    given: dict[str, str | int | float | bool | list[int]] = Field({}, max_length=20)


class Done(Schema):
    """What the move did."""

    code: str
    seq: int
    state: str
    outcome: str | None
    again: bool


class Possible(Schema):
    """One move: possible now for this key, or why not."""

    verb: str
    fa: str
    possible: bool
    why: str


def key_of(request: HttpRequest, client: ClientRow) -> Key:
    """The idempotency key of a JSON write."""
    return key_from(request, f"k:{client.id}", request.body)


def _given(given: dict[str, Any]) -> dict[str, Any]:
    """Codes of units become their row numbers; whole numbers must fit."""
    out: dict[str, Any] = {}
    for name, value in given.items():
        if name in UNIT_FIELDS and isinstance(value, str):
            unit = units.by_code(value)
            if unit is None:
                raise Invalid({name: "واحدی با این کد نیست."})
            value = unit.id
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**53:
            raise Invalid({name: "این عدد بزرگ‌تر از حد است."})
        if isinstance(value, str) and (len(value) > 500 or "\0" in value):
            raise Invalid({name: "این مقدار پذیرفته نیست."})
        out[name] = value
    return out


def _place(given: dict[str, Any]) -> Place:
    """The place that a correction names: lat and lon, or an address with its district's code."""
    try:
        spot = msgspec.convert({"subject": "", "words": ""} | given, NewRequest, strict=True)
    except msgspec.ValidationError as error:
        raise Invalid({"place": "lat و lon، یا address و district را بفرستید."}) from error
    return place_of(spot)


_HOLDS = {
    "hold": (holds.hold, ("constraint", "review_at", "body", "line")),
    "release": (holds.release, ("hold",)),
    "hold_ended": (holds.release, ("hold",)),
    "hold_attested": (holds.attest, ("hold",)),
    "hold_contested": (holds.contest, ("hold",)),
    "hold_renewed": (holds.renew, ("hold", "review_at")),
}


def _hold(verb: str, case_id: int, given: dict[str, Any], wish: Wish, common: dict[str, Any]) -> Any:
    function, names = _HOLDS[verb]
    chosen = {n: given[n] for n in names if given.get(n) is not None}
    lacks = {n: f"«{n}» لازم است." for n in names if n in ("hold", "review_at", "constraint") and n not in chosen}
    if wrong := lacks | dict(unfit(verb, chosen)):
        raise Invalid(wrong)
    words = wish.words if verb != "hold_contested" else wish.words or ""
    if verb in ("hold", "release"):
        common = common | {"seq": wish.seq}
    return function(case_id, words=words, **chosen, **common)  # type: ignore[operator]


@api.get("/requests/{code}/moves", response=list[Possible], summary="What is possible on a request now")
@audience("client", scope="read")
def possible_moves(request: HttpRequest, code: str) -> Any:
    """Every move of the table, with the reason where it is not possible."""
    client = request.client
    case = access.seen_by_client(client, code)
    hats = hats_of(client, case)
    allowed = verbs_for(case.state, hats)
    return [
        {"verb": m.verb, "fa": m.fa, "possible": m.verb in allowed,
         "why": "" if m.verb in allowed else why_not(m.verb, case.state, hats)}
        for m in BY_VERB.values() if m.verb != "register"
    ]  # fmt: skip


@api.post("/requests/{code}/moves/{verb}", response=Done, summary="Move a request")
@audience("client")
def move(request: HttpRequest, code: str, verb: str, wish: Wish) -> Any:
    """Any move or fact by its verb; `given` carries what it needs (units by code, times in epoch seconds)."""
    client = request.client
    case = access.seen_by_client(client, code)
    row = BY_VERB.get(verb) or BY_FACT.get(verb)
    if row is None or verb in ELSEWHERE:
        raise NotAllowed("چنین کاری در فهرست نیست.")
    hats = hats_of(client, case)
    by = next((h for h in row.by if h in hats), None)
    if by is None:
        raise NotAllowed(f"این کلید اجازهٔ «{row.fa}» روی این درخواست ندارد.")
    common: dict[str, Any] = {"by": by, "actor": f"k:{client.id}", "channel": "api", "key": key_of(request, client)}
    given = _given(wish.given)
    if verb == "merge":
        into = access.seen_by_client(client, str(given.get("into") or ""))
        done = merge(case.pk, into=into.pk, seq=wish.seq, **common)
    elif verb == "change_subject":
        subject = given.get("subject")
        done = corrections.change_subject(case.pk, subject=str(subject or "")[:40], seq=wish.seq, **common)
    elif verb == "correct_place":
        done = corrections.correct_place(case.pk, place=_place(given), seq=wish.seq, **common)
    elif verb in _HOLDS:
        done = _hold(verb, case.pk, given, wish, common)
    else:
        clash = {"by", "actor", "channel", "key", "seq", "words", "origin", "at", "verb", "case_id"} & given.keys()
        if clash:
            raise Invalid(dict.fromkeys(clash, "این نام در given جایی ندارد."))
        done = record(case.pk, verb, seq=wish.seq, words=wish.words, **given, **common)
    return {"code": case.code, "seq": done.seq, "state": done.state, "outcome": done.outcome, "again": done.again}
