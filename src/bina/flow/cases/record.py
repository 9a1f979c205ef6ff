"""The one way to change a case: ask the table, then the rule, then write the event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bina.flow.cases.errors import Invalid, NotAllowed, Refused
from bina.flow.cases.facts import BY_FACT, GIVEN, fits
from bina.flow.cases.moves import BY_VERB, STATE_FA, By, State, verbs_for
from bina.flow.cases.needs import check_carried, check_fact
from bina.flow.cases.register import WORDS_MAX, Key
from bina.flow.cases.rules import RULES, Ask
from bina.flow.cases.summary import Summary
from bina.flow.cases.write import Locked, Recorded, Step, write
from bina.ground.text.letters import canonical

# These have a function of their own, which writes the rows that their events name.
ELSEWHERE = ("register", "merge", "contact", "photo", "erased")


def allowed(summary: Summary, verb: str, by: By) -> None:
    """Raises Refused or NotAllowed with a sentence that names what is possible now."""
    state = State(summary.state)
    move = BY_VERB.get(verb)
    if move is not None:
        if by not in move.by:
            raise NotAllowed(f"«{move.fa}» با شما نیست.")
        if state not in move.before:
            possible = "، ".join(f"«{BY_VERB[v].fa}»" for v in verbs_for(state, (by,))) or "هیچ کاری از سوی شما"
            raise Refused(
                f"این درخواست اکنون «{STATE_FA[state]}» است و «{move.fa}» ممکن نیست؛ اکنون ممکن است: {possible}."
            )
        return
    fact = BY_FACT.get(verb)
    if fact is None or by not in fact.by:
        raise NotAllowed
    if state == State.CLOSED and not fact.on_closed:
        raise Refused(f"این درخواست پایان یافته است و «{fact.fa}» دیگر افزوده نمی‌شود.")


def unfit(verb: str, given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What no rule can read: numbers that are none, codes and texts that are no text. What they mean, rules look at."""
    for name, kind in GIVEN[verb].items():
        if name not in given:
            continue
        if kind in ("id", "int", "time") and not fits(kind, given[name]):
            yield name, "اینجا عدد درست لازم است."
        elif kind in ("code", "text") and (not isinstance(given[name], str) or "\0" in given[name]):
            yield name, "اینجا متن لازم است."


def decide(cursor: Any, held: Locked, verb: str, *, by: By, actor: str, words: str | None, given: dict[str, Any],
           now: int | None = None) -> list[Step]:  # fmt: skip
    """What this verb writes on a locked case: the table, then its rule; facts without a rule go in as they are."""
    allowed(held.summary, verb, by)
    said = canonical(words) if words else None
    if said and len(said) > WORDS_MAX:
        raise Invalid({"words": f"متن بلندتر از {WORDS_MAX} حرف است؛ کوتاه‌ترش کنید."})
    if wrong := dict(unfit(verb, given)):
        raise Invalid(wrong)
    ask = Ask(cursor, held.case_id, held.summary, held.now if now is None else now, by, actor, given, said)
    rule = RULES.get(verb)
    if rule:
        steps = rule(ask)
        check_carried(steps)
        return steps
    check_fact(cursor, held.case_id, held.summary, verb, given, said)
    return [Step(verb, given, said)]


def record(
    case_id: int, verb: str, *, by: By, actor: str, channel: str, seq: int | None = None, key: Key | None = None,
    words: str | None = None, origin: str = "live", at: int | None = None, **given: Any,
) -> Recorded:  # fmt: skip
    """One verb on one case, in one transaction.

    `by` is the capacity that access.hats found, `actor` who it was ("p:12", "citizen", "k:3", "clock", …), `seq` the
    last event the person had seen, `at` epoch seconds when it really happened (offline doors and generated cities).
    Raises Refused, Stale, Invalid, NotAllowed, KeyReused; each with a sentence.
    """
    if verb not in GIVEN or verb in ELSEWHERE:
        raise NotAllowed("چنین کاری در فهرست نیست.")
    wanted = {k: v for k, v in given.items() if v is not None}
    return write(
        case_id,
        lambda cursor, held: decide(cursor, held, verb, by=by, actor=actor, words=words, given=wanted, now=at),
        actor=actor, channel=channel, origin=origin, at=at, key=key, seq=seq,
    )  # fmt: skip
