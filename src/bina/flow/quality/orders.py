"""Bulk orders: an action over many cases, stored, shown for ten seconds, then done case by case by the worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction
from django.db.models import Count

from bina.flow.cases import access
from bina.flow.cases.errors import CaseError, Invalid, KeyReused, NotAllowed, Stale
from bina.flow.cases.facts import BY_FACT
from bina.flow.cases.models import Case
from bina.flow.cases.moves import BY_VERB, STATE_FA, By, State
from bina.flow.cases.record import record
from bina.flow.quality.followups import CASES_MAX, Blocked, follow_up
from bina.flow.quality.models import Order, OrderLine
from bina.ground.city import people
from bina.ground.text.digits import persian

WAIT_SECONDS = 10
# What may be ordered, each with its word; a case that moved since it was seen is left alone where `seen` is set: a call
# that was made, or a day chosen for one's own list, holds whatever the case has done meanwhile.
VERBS = {"refer": "ارجاع", "follow_up": "پیگیری", "acknowledged": "پذیرفتن نتیجه", "send_back": "عودت نتیجه",
         "snoozed": "کنار گذاشتن"}  # fmt: skip
SEEN = ("refer", "acknowledged", "send_back")
NEEDS = {"refer": ("unit", "words"), "follow_up": ("means", "words"), "send_back": ("words",),
         "snoozed": ("until", "words"), "acknowledged": ()}  # fmt: skip
RESULTS = {"": "در راه", "done": "انجام شد", "moved": "در این میان تغییر کرده بود", "not_allowed": "با شما نیست",
           "refused": "ممکن نبود"}  # fmt: skip


class Line(msgspec.Struct, frozen=True):
    """One case of an order: its code and what came of it, in words."""

    case_id: int
    code: str
    result: str
    sentence: str

    @property
    def word(self) -> str:
        """The result in a word."""
        return RESULTS[self.result]


class Told(msgspec.Struct, frozen=True):
    """An order as its orderer sees it."""

    number: int
    verb: str
    state: str
    made_at: datetime
    run_at: datetime
    counts: dict[str, int]

    @property
    def word(self) -> str:
        """What was ordered."""
        return VERBS[self.verb]

    @property
    def cases(self) -> int:
        """Over how many cases."""
        return sum(self.counts.values())

    @property
    def undone(self) -> int:
        """How many of them could not be done."""
        return sum(n for result, n in self.counts.items() if result not in ("", "done"))


def order(
    *, person_id: int, verb: str, picks: Sequence[tuple[int, int]], given: Mapping[str, Any], words: str = "",
    channel: str, key: str,
) -> int:  # fmt: skip
    """Stores an order over cases (id and the event last seen); gives its number, for the same key the one it gave."""
    fields = dict(given) | {"words": words.strip()}
    if verb not in VERBS:
        raise NotAllowed("چنین کاری برای چند درخواست نیست.")
    errors = {name: "این خانه لازم است." for name in NEEDS[verb] if not fields.get(name)}
    if not picks:
        errors["cases"] = "دست‌کم یک درخواست برگزینید."
    elif len(picks) > CASES_MAX:
        errors["cases"] = f"هر بار تا {persian(CASES_MAX)} درخواست."
    if errors:
        raise Invalid(errors)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO quality_order (person_id, verb, given, words, channel, key, state, made_at, run_at) VALUES "
            "(%s::bigint, %s::text, %s::text::jsonb, %s::text, %s::text, %s::text, 'waiting', bina_now(), "
            "bina_now() + make_interval(secs => %s)) ON CONFLICT (person_id, key) DO NOTHING RETURNING id",
            [person_id, verb, msgspec.json.encode(dict(given)).decode(), words, channel, key[:80], WAIT_SECONDS],
        )
        row = cursor.fetchone()
        if row is None:
            return _before(cursor, person_id, key[:80], verb, {case_id for case_id, _seq in picks})
        cursor.execute(
            "INSERT INTO quality_orderline (order_id, case_id, seq, result, sentence) "
            "SELECT %s::bigint, p.case_id, max(p.seq), '', '' FROM unnest(%s::bigint[], %s::int[]) AS p(case_id, seq) "
            "GROUP BY p.case_id",
            [row[0], [case_id for case_id, _seq in picks], [seq for _case_id, seq in picks]],
        )
    return int(row[0])


def _before(cursor: Any, person_id: int, key: str, verb: str, cases: set[int]) -> int:
    """The order that came with this key; KeyReused when it was another, or of other cases."""
    cursor.execute("SELECT id, verb FROM quality_order WHERE person_id = %s::bigint AND key = %s::text",
                   [person_id, key])  # fmt: skip
    number, was = cursor.fetchone()
    if was != verb or not cases <= set(OrderLine.objects.filter(order=number).values_list("case_id", flat=True)):
        raise KeyReused
    return int(number)


def take_back(number: int, person_id: int) -> bool:
    """Takes an order back before the worker has begun it; False when it is too late, or not this person's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE quality_order SET state = 'taken_back', words = '', done_at = bina_now() WHERE id = %s::bigint "
            "AND person_id = %s::bigint AND state = 'waiting'",
            [number, person_id],
        )
        return bool(cursor.rowcount)


def told(person_id: int, *, number: int | None = None, before: int | None = None, limit: int = 20) -> list[Told]:
    """A person's orders, the newest first, or the one of a number; two statements."""
    rows = Order.objects.filter(person_id=person_id).order_by("-id")
    if number is not None:
        rows = rows.filter(pk=number)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[:limit])
    counted: dict[int, dict[str, int]] = {}
    lines = OrderLine.objects.filter(order__in=[row.pk for row in found]).values_list("order", "result")
    for order_id, result, n in lines.annotate(n=Count("case_id")).order_by():
        counted.setdefault(order_id, {})[result] = n
    return [Told(r.pk, r.verb, r.state, r.made_at, r.run_at, counted.get(r.pk, {})) for r in found]


def lines(number: int) -> list[Line]:
    """The cases of an order with their results, those that were not done first; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.case_id, c.code, l.result, l.sentence FROM quality_orderline l JOIN cases_case c "
            "ON c.id = l.case_id WHERE l.order_id = %s::bigint ORDER BY l.result = 'done', l.case_id",
            [number],
        )
        return [Line(*row) for row in cursor.fetchall()]


def carry_out_due() -> int:
    """Carries out every order whose ten seconds have passed; how many. One worker at a time does this (its lock)."""
    done = 0
    while (taken := _take()) is not None:
        _carry_out(taken)
        done += 1
    return done


def _take() -> Order | None:
    """The next order that is due, now running; one that a dead worker left running goes on where it stopped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE quality_order SET state = 'running' WHERE id = (SELECT id FROM quality_order "
            "WHERE state IN ('waiting', 'running') AND run_at <= bina_now() ORDER BY run_at, id LIMIT 1 FOR UPDATE) "
            "RETURNING id"
        )
        row = cursor.fetchone()
    return Order.objects.get(pk=row[0]) if row else None


def _carry_out(order: Order) -> None:
    left = list(OrderLine.objects.filter(order=order, result="").order_by("case_id").values_list("case_id", "seq"))
    viewer = people.viewer(order.person_id)
    seen = {case.pk: case for case in access.cases_for(viewer).filter(pk__in=[case_id for case_id, _seq in left])}
    going: list[int] = []
    for case_id, seq in left:
        case = seen.get(case_id)
        by = _hat(order.verb, viewer, case) if case is not None else None
        if by is None:
            _note(order, case_id, "not_allowed", "این درخواست دیگر نزد شما نیست.")
        elif order.verb == "follow_up":
            going.append(case_id)
        else:
            _one(order, case_id, seq, by)
    if going:
        _follow_up(order, going, _hat("follow_up", viewer, seen[going[0]]) or By.EXPERT)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE quality_order SET state = 'done', words = '', done_at = bina_now() WHERE id = %s::bigint",
            [order.pk],
        )


def _hat(verb: str, viewer: people.Viewer, case: Case) -> By | None:
    row = BY_VERB.get(verb) or BY_FACT[verb]
    worn = access.hats(viewer, case)
    return next((by for by in row.by if by in worn and by in (By.EXPERT, By.SUPERVISOR)), None)


def _one(order: Order, case_id: int, seq: int, by: By) -> None:
    """One case, its result written in the transaction of its move."""
    given = dict(order.given) | ({"why": "result_checked"} if order.verb == "acknowledged" else {})
    with transaction.atomic():
        if not _claimed(order, [case_id]):
            return  # another worker did it: this one had been given up for dead
        try:
            with transaction.atomic():
                record(
                    case_id, order.verb, by=by, actor=f"p:{order.person_id}", channel=order.channel,
                    seq=seq if order.verb in SEEN else None, words=order.words or None, **given,
                )  # fmt: skip
        except CaseError as error:
            _note(order, case_id, *_result(error, case_id))
        else:
            _note(order, case_id, "done", "")


def _result(error: CaseError, case_id: int) -> tuple[str, str]:
    if isinstance(error, Stale):
        state = Case.objects.filter(pk=case_id).values_list("state", flat=True).first()
        now = f"اکنون «{STATE_FA[State(state)]}» است." if state else ""
        return "moved", f"از وقتی که آن را دیدید کسی تغییرش داده است. {now}".strip()
    return ("not_allowed" if isinstance(error, NotAllowed) else "refused"), error.sentence


def _follow_up(order: Order, case_ids: list[int], by: By) -> None:
    """One entry over all the cases that take it; those that do not are left out and told."""
    going = list(case_ids)
    while going:
        with transaction.atomic():
            going = _claimed(order, going)
            if not going:
                return
            try:
                with transaction.atomic():
                    follow_up(
                        going, words=order.words, by=by, actor=f"p:{order.person_id}", channel=order.channel,
                        person_id=order.person_id, unit_id=order.given.get("unit"), means=order.given["means"],
                        word_at=order.given.get("word_at"),
                    )  # fmt: skip
            except Blocked as error:
                _note(order, error.case_id, "refused", error.sentence)
                going.remove(error.case_id)
                continue
            except CaseError as error:
                for case_id in going:
                    _note(order, case_id, "refused", error.sentence)
                return
            for case_id in going:
                _note(order, case_id, "done", "")
            return


def _claimed(order: Order, case_ids: Sequence[int]) -> list[int]:
    """Those of an order's cases that have no result yet, held until the transaction ends."""
    lines = OrderLine.objects.select_for_update().filter(order=order, case_id__in=case_ids, result="")
    return list(lines.order_by("case_id").values_list("case_id", flat=True))


def _note(order: Order, case_id: int, result: str, sentence: str) -> None:
    OrderLine.objects.filter(order=order, case_id=case_id, result="").update(result=result, sentence=sentence)


def forget(days: int = 30) -> None:
    """Forgets orders that ended so many days ago; what they did stands in the histories of their cases."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH old AS (SELECT id FROM quality_order WHERE done_at < bina_now() - make_interval(days => %s)), "
            "gone AS (DELETE FROM quality_orderline WHERE order_id IN (SELECT id FROM old)) "
            "DELETE FROM quality_order WHERE id IN (SELECT id FROM old)",
            [days],
        )
