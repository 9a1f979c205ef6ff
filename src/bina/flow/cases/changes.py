"""A change of the city's data by an administrator: shown before it is made, made with its event, told afterwards.

One change at a time in a city. A change is refused when the thing is no longer as the administrator saw it. Open
cases that it moves get a fact each; promises given to citizens never move.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import msgspec
from django.db import connection, transaction

from bina.flow.cases import deadlines
from bina.flow.cases.deadlines import Move
from bina.flow.cases.errors import CaseError, Invalid, Refused
from bina.flow.cases.gaps import Gap, gaps
from bina.flow.cases.streams import append
from bina.ground.catalogue import edits as subjects
from bina.ground.city import edits, installation, planned
from bina.ground.city.edits import BadEdit
from bina.ground.city.planned import Planned
from bina.ground.sla import version
from bina.ground.text.errors import TextError
from bina.ground.text.letters import canonical

CITY = 1  # an installation is one city, so its stream has one number
AT_ONCE = 200  # so many deadlines are moved before the page comes back; more are left to the worker
WHY_MAX = 500
DEADLINES = "deadlines"  # what a planned change is called that only has deadlines reckoned again
State = dict[str, Any]


class StaleEdit(CaseError):
    """Somebody else changed the thing since the form was opened; `now` is its state."""

    def __init__(self, now: State) -> None:
        super().__init__("این را کس دیگری در این میان تغییر داده است. تغییر او را ببینید؛ نوشتهٔ شما سر جایش است.")
        self.now = now


@dataclass(frozen=True)
class Edit:
    """One change: of what and which (`key`; empty while it is not made yet), how it is made, how its state is read.

    `do` gives the key; `state` reads the thing as plain JSON; `since` is the day from which it counts, by which gaps
    are looked for; `private` are fields whose values are kept out of the event.
    """

    what: str
    key: str
    do: Callable[[], str]
    state: Callable[[str], State]
    since: date | None = None
    private: tuple[str, ...] = ()


@dataclass(frozen=True)
class Effect:
    """What a change does: fields before and after, open cases whose unit's deadline moves, and who would be missing."""

    before: State
    after: State
    moves: list[Move] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        """Whether all would stay as it is."""
        return self.before == self.after

    @property
    def later(self) -> list[Move]:
        """The cases whose deadline comes later."""
        return [m for m in self.moves if m.after > m.before]

    @property
    def earlier(self) -> list[Move]:
        """The cases whose deadline comes earlier."""
        return [m for m in self.moves if m.after < m.before]


@dataclass(frozen=True, slots=True)
class Told:
    """One event of the city's stream about a thing."""

    seq: int
    verb: str
    at: datetime
    actor: str
    given: dict[str, Any]
    words: str


def mark(state: State) -> str:
    """A short mark of a state: two that differ have different ones."""
    return hashlib.sha256(msgspec.json.encode(state, order="deterministic")).hexdigest()[:24]


def preview(edit: Edit, *, seen: str = "") -> Effect:
    """Makes the change, looks at what it does, and takes it back; raises as `carry_out` does."""
    try:
        with transaction.atomic():
            _one_at_a_time()
            before = _before(edit, seen)
            on = edit.since or installation.today()
            lacking = gaps(on)
            after = edit.state(_do(edit))
            version.check(version.bump())  # a number that no other transaction will ever see
            moves = _moves()
            new = [gap for gap in gaps(on) if gap not in lacking]
            transaction.set_rollback(True)
    finally:
        version.check(version.current())
    return Effect(before, after, moves, new)


def carry_out(edit: Edit, *, actor: str, why: str, seen: str = "", channel: str = "web") -> Effect:
    """Makes the change with its event, then moves the deadlines; many of them are left to the worker.

    Raises StaleEdit, Invalid (by field), Refused. Where nothing differs nothing is written.
    """
    reason = _reason(why)
    with transaction.atomic():
        _one_at_a_time()
        before = _before(edit, seen)
        key = _do(edit)
        after = edit.state(key)
        effect = Effect(before, after)
        if effect.nothing:
            transaction.set_rollback(True)
            moves: list[Move] = []
        else:
            number = version.bump()
            version.check(number)
            moves = _moves()
            append(
                "city", CITY, "set", actor=actor, channel=channel, said=reason, version=number, what=edit.what, key=key,
                moved=len(moves), **_told(edit, before, after),
            )  # fmt: skip
            if len(moves) > AT_ONCE:
                planned.order(what=DEADLINES, key=edit.what, values={}, on=installation.today(), why=reason,
                              person_id=None)  # fmt: skip
    version.check(version.current())
    if 0 < len(moves) <= AT_ONCE:
        deadlines.recalculate(why=edit.what, actor=actor)
    return Effect(before, after, moves)


def plan(
    edit: Edit, values: Mapping[str, Any], *, on: date, actor: str, person_id: int | None, why: str, seen: str = ""
) -> int:
    """Orders a change of some fields for a day to come; gives the order's number."""
    reason = _reason(why)
    if on <= installation.today():
        raise Invalid({"since": "این روز نیامده نیست؛ روزی پس از امروز بنویسید."})
    with transaction.atomic():
        _one_at_a_time()
        _before(edit, seen)
        number = planned.order(
            what=edit.what, key=edit.key, values=values, on=on, why=reason, person_id=person_id
        )  # fmt: skip
        append("city", CITY, "planned", actor=actor, channel="web", said=reason, what=edit.what, key=edit.key,
               after=dict(values), on=on.isoformat())  # fmt: skip
    return number


def revoke(number: int, *, actor: str, why: str) -> None:
    """Takes an ordered change back before its day."""
    reason = _reason(why)
    with transaction.atomic():
        _one_at_a_time()
        row = planned.by_id(number)
        if row is None or not planned.revoke(number):
            raise Refused("این تغییر دیگر در انتظار نیست؛ انجام شده یا پیش‌تر پس گرفته شده است.")
        append("city", CITY, "plan_revoked", actor=actor, channel="web", said=reason, what=row.what, key=row.key,
               on=row.on.isoformat())  # fmt: skip


def make_due() -> int:
    """Makes the ordered changes whose day has come, and moves the deadlines left to the worker; how many were made."""
    done = 0
    while True:
        with transaction.atomic():
            version.check(version.current())
            row = planned.next_due(installation.today())
            if row is None:
                return done
            planned.made(row.id)
            if row.what != DEADLINES:
                _make(row)
        if row.what == DEADLINES:
            deadlines.recalculate(why=row.key)
        done += 1


def _make(row: Planned) -> None:
    try:
        carry_out(edit_of(row), actor=f"p:{row.person_id}", why=row.why, channel="system")
    except CaseError as error:  # what it needs has changed since; the history says so and the next one goes on
        append("city", CITY, "plan_revoked", actor="rule", channel="system", said=error.sentence, what=row.what,
               key=row.key, on=row.on.isoformat())  # fmt: skip


def edit_of(row: Planned) -> Edit:
    """The change that an order stands for."""
    return subject_edit(row.key, row.values) if row.what == "subject" else unit_edit(row.key, row.values)


def subject_edit(code: str, values: dict[str, Any]) -> Edit:
    """Some fields of a subject."""
    return Edit("subject", code, _then(code, lambda: subjects.change(code, values)), subjects.state)


def unit_edit(code: str, values: dict[str, Any]) -> Edit:
    """Some fields of a unit."""
    return Edit("unit", code, _then(code, lambda: edits.change_unit(code, values)), edits.unit_state)


def history(what: str, key: str, limit: int = 50) -> list[Told]:
    """What was changed of one thing, by whom, when and why; the newest first."""
    return _events("AND e.given->>'what' = %s::text AND e.given->>'key' = %s::text", [what, key], limit)


def latest(limit: int = 20) -> list[Told]:
    """The newest changes of anything."""
    return _events("AND e.verb <> 'clock_moved'", [], limit)


def _events(where: str, given: list[Any], limit: int) -> list[Told]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.seq, e.verb, e.at, e.actor, e.given, coalesce(w.text, '') FROM cases_event e "
            "LEFT JOIN cases_words w ON w.stream_kind = e.stream_kind AND w.stream_id = e.stream_id AND w.seq = e.seq "
            f"WHERE e.stream_kind = 'city' AND e.stream_id = {CITY} {where} ORDER BY e.seq DESC LIMIT %s::int",
            [*given, limit],
        )
        rows = cursor.fetchall()
    return [
        Told(seq, verb, at, actor, msgspec.json.decode(given) if isinstance(given, str) else given, words)
        for seq, verb, at, actor, given, words in rows
    ]


def _then(key: str, do: Callable[[], object]) -> Callable[[], str]:
    def run() -> str:
        do()
        return key

    return run


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('city change'))")


def _before(edit: Edit, seen: str) -> State:
    state = edit.state(edit.key) if edit.key else {}
    if seen and mark(state) != seen:
        raise StaleEdit(state)
    return state


def _do(edit: Edit) -> str:
    try:
        return edit.do()
    except BadEdit as error:
        raise Invalid({error.field: error.fa}) from error
    except TextError as error:
        raise Refused(error.fa) from error


def _moves() -> list[Move]:
    try:
        return deadlines.moves()
    except TextError as error:  # a calendar that would have no working hour left
        raise Refused(error.fa) from error


def _reason(why: str) -> str:
    reason = canonical(why)
    if not reason:
        raise Invalid({"why": "در یک جمله بنویسید چرا؛ این دلیل در سابقه می‌ماند."})
    if len(reason) > WHY_MAX:
        raise Invalid({"why": "دلیل بلندتر از ۵۰۰ حرف است؛ کوتاه‌ترش کنید."})
    return reason


def _told(edit: Edit, before: State, after: State) -> dict[str, Any]:
    """What an event says: the fields that differ, private ones by name alone."""
    differ = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    open_ones = [name for name in differ if name not in edit.private]
    return {
        "before": {name: before[name] for name in open_ones if name in before},
        "after": {name: after[name] for name in open_ones if name in after},
        "private": [name for name in differ if name in edit.private],
    }
