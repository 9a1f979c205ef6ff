"""The calls that a demo city hears: lines ring as they would if a telephone exchange told of them."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from bina.flow.dialogue import calls
from bina.flow.dialogue.models import Call
from bina.ground.city import installation
from bina.ground.sla import clock

PAUSE_SECONDS = 75  # from one call's ring to the next
NOBODY = 0  # the number of the client that tells of these calls: no key has it
# Who calls, in turn: somebody who asks once more, a new number, somebody with an open case, a hidden number.
TURNS = ("again", "new", "open", "again", "hidden")
_AGAIN = (
    "SELECT t.phone FROM cases_case c JOIN cases_contact t ON t.id = (c.more->>'contact')::bigint "
    "WHERE c.state IN ('referred', 'in_progress', 'waiting') AND c.answered_at NOTNULL AND t.phone NOTNULL "
    "ORDER BY c.recontacts >= 3 DESC, c.recontacts DESC, c.id DESC OFFSET %s::int LIMIT 1"
)
_OPEN = (
    "SELECT t.phone FROM cases_case c JOIN cases_contact t ON t.id = (c.more->>'contact')::bigint "
    "WHERE c.state <> 'closed' AND t.phone NOTNULL ORDER BY c.id DESC OFFSET %s::int LIMIT 1"
)


def ring_on() -> bool:
    """Rings the next call of a demo city if none has rung for a while; whether it did. Never in a real city."""
    if not installation.exists() or not installation.current().demo:
        return False
    last = Call.objects.order_by("-id").values_list("rang_at", "answered_at").first()
    if last and last[0] > clock.now() - timedelta(seconds=PAUSE_SECONDS if last[1] else calls.RINGS_SECONDS):
        return False
    ours = Call.objects.filter(client_id=NOBODY)
    before = ours.order_by("-id").values_list("ref", flat=True).first()
    number = int(before.split()[1]) + 1 if before else 1
    turn = ours.filter(answered_at__isnull=False).count()  # whoever was not answered calls again
    calls.heard(client_id=NOBODY, ref=f"demo {number}", line="۱۲۳"[turn % 3], event="ring", phone=_phone(turn))
    return True


def _phone(turn: int) -> str | None:
    """The number of a turn's caller; None when it is hidden."""
    what = TURNS[turn % len(TURNS)]
    if what == "hidden":
        return None
    if what in ("again", "open"):
        with connection.cursor() as cursor:
            cursor.execute(_AGAIN if what == "again" else _OPEN, [(turn // len(TURNS)) * (1 + 6 * (what == "open"))])
            if found := cursor.fetchone():
                return str(found[0])
    return f"+98999{(turn * 7_919_993 + 1_234_567) % 10**7:07d}"
