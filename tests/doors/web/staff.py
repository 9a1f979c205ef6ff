"""The staff of the loaded city in tests of their pages: who they are, and a browser signed in as one of them."""

from __future__ import annotations

import uuid
from typing import Any

from django.test import Client

from bina.flow.cases.models import Case
from bina.ground.city import people
from bina.ground.sla import version

EXPERT, SUPERVISOR, HEAD, LIAISON, OPERATOR = "v.moghaddam", "m.azimi", "karimi", "h.moeini", "z.sabet"
OTHER_HEAD = "p.daneshvar"


def as_(username: str) -> Client:
    """A browser in which this person is signed in."""
    version.check(version.current())
    found = people.by_username(username)
    assert found is not None, username
    client = Client()
    client.force_login(found, backend="django.contrib.auth.backends.ModelBackend")
    return client


def expert_of(case: Case) -> str:
    """Somebody who holds the desk of a case."""
    from bina.ground.city import desks

    version.check(version.current())
    [holder, *_] = desks.holders(case.desk_id or 0)
    found = people.person(holder.person_id)
    assert found is not None
    return found.username


def post(client: Client, case: Case, verb: str, **typed: Any) -> Any:
    """A verb's form as a browser sends it: with a fresh key and the event last seen."""
    given = {"key": uuid.uuid4().hex, "seq": case.seq} | typed
    return client.post(f"/case/{case.code}/{verb}", given)
