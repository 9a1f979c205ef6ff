"""What a telephone number has to do with us: its cases, what we last asked it, and how it wants to be told."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.db import connection, transaction

from bina.flow.cases import access
from bina.flow.cases.moves import ANSWERED_OUTCOMES, By, State
from bina.flow.cases.needs import MERGES_MAX
from bina.flow.cases.record import record
from bina.flow.cases.register import Key
from bina.flow.dialogue.telling import AUTHORS
from bina.ground.text.phones import is_mobile

AT_MOST = 20  # the newest cases of a number that its messages can be about


class Talk(msgspec.Struct, frozen=True):
    """One case of a number: the one that goes on, the one he reported if that was merged, where the talk stands."""

    case_id: int
    own_case_id: int
    code: str  # as he knows it
    now_code: str  # of the case that goes on
    state: str
    outcome: str | None
    answer_until: datetime | None
    contact_id: int  # his newest contact there
    name: str
    phone: str
    tell_by: str
    lang: str
    told: bool  # whether a contact of his there wants messages
    said_at: datetime  # when either side last said something
    asked: bool  # whether a question of ours still waits for his answer
    now: datetime

    def goes_by(self, code: str) -> bool:
        """Whether this is the case of a code."""
        return code in (self.code, self.now_code)

    @property
    def open(self) -> bool:
        """Whether it still goes on."""
        return self.state != State.CLOSED

    @property
    def asks(self) -> bool:
        """Whether its result waits for a yes or a no."""
        return self.state == State.REPORTED

    @property
    def disputable(self) -> bool:
        """Whether it was closed on a result that may still be taken back."""
        answered = self.outcome in ANSWERED_OUTCOMES
        return bool(answered and self.answer_until is not None and self.now <= self.answer_until)

    @property
    def hears(self) -> bool:
        """Whether what happens is told to this number by itself."""
        return self.told and is_mobile(self.phone)


_TALKS = (
    "WITH RECURSIVE mine AS (SELECT DISTINCT ON (case_id) *, bool_or(tell_by IN ('sms', 'messenger')) "
    "OVER (PARTITION BY case_id) AS told FROM cases_contact WHERE phone = %(phone)s::text AND case_id IS NOT NULL "
    "AND withdrawn_at IS NULL AND kind = ANY(%(kinds)s::text[]) ORDER BY case_id DESC, id DESC LIMIT %(limit)s::int), "
    "onward (own, at, depth) AS (SELECT case_id, case_id, 0 FROM mine UNION ALL "
    "SELECT o.own, k.merged_into_id, o.depth + 1 FROM onward o JOIN cases_case k ON k.id = o.at "
    "WHERE k.merged_into_id IS NOT NULL AND o.depth < %(merges)s::int) "
    "SELECT DISTINCT ON (m.case_id) k.id, m.case_id, own.code, k.code, k.state, k.outcome, k.answer_until, m.id, "
    "m.name, m.phone, m.tell_by, m.lang, m.told, greatest(m.at, last.at), coalesce(said.asked, false), bina_now() "
    "FROM mine m JOIN onward o ON o.own = m.case_id JOIN cases_case k ON k.id = o.at "
    "JOIN cases_case own ON own.id = m.case_id LEFT JOIN LATERAL ("
    "SELECT max(b.made_at) AS at FROM dialogue_outbox b JOIN cases_contact c ON c.id = b.contact_id "
    "WHERE c.phone = m.phone AND b.case_id = k.id) AS last ON true LEFT JOIN LATERAL ("
    "SELECT max(e.seq) FILTER (WHERE e.verb = 'ask') > coalesce(max(e.seq) FILTER (WHERE e.verb = 'contact' "
    "AND e.given->>'kind' = 'reply'), 0) AS asked FROM cases_event e WHERE e.stream_kind = 'case' "
    "AND e.stream_id = k.id AND e.verb IN ('ask', 'contact')) AS said ON true ORDER BY m.case_id, o.depth DESC"
)


def talks(phone: str) -> list[Talk]:
    """The newest cases of a number that it has not withdrawn from, in no order; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_TALKS, {"phone": phone, "kinds": list(AUTHORS), "limit": AT_MOST, "merges": MERGES_MAX})
        return [Talk(*row) for row in cursor.fetchall()]


def latest(several: list[Talk]) -> Talk:
    """The one that was talked of last; of those equal an open one, then the newest."""
    return max(several, key=lambda t: (t.said_at, t.open, t.own_case_id))


def reports_of(phone: str, case_ids: list[int]) -> list[int]:
    """What this number said on these cases and counts as a report of its own, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM cases_contact WHERE case_id = ANY(%s::bigint[]) AND phone = %s::text "
            "AND withdrawn_at IS NULL AND kind IN ('new', 'similar') ORDER BY id",
            [case_ids, phone],
        )
        return [int(row[0]) for row in cursor.fetchall()]


def hush(several: list[Talk]) -> None:
    """No more messages to this number about these cases; what waits for it is dropped by the sender."""
    tell(several[0].phone, [t.own_case_id for t in several] + [t.case_id for t in several], "none")


def tell(phone: str, case_ids: list[int], tell_by: str) -> None:
    """From now on this number hears of these cases, and of what was merged into them, in a way of TELL_BY."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_contact SET tell_by = %s::text WHERE phone = %s::text AND case_id = ANY(%s::bigint[])",
            [tell_by, phone, access.joined(*case_ids)],
        )


def take_back(phone: str, case_id: int, *, channel: str, key: Key | None = None) -> None:
    """He takes back all that his number reported on a case, all of it or nothing, and hears of it no more.

    What he reported on a case that was merged into this one is closed: there he only hears no more.
    """
    with transaction.atomic():
        for report in reports_of(phone, [case_id]):
            own = Key(key.scope, f"{key.key}:{report}", key.route, key.body) if key else None
            record(case_id, "withdraw", by=By.CITIZEN, actor="citizen", channel=channel, contact=report, key=own)
        tell(phone, [case_id], "none")
