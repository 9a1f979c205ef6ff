"""Words of which there are few: the database itself takes no other, whoever writes them."""

import re

import pytest
from django.db import DatabaseError, connection, transaction

from bina.flow.cases.moves import State
from tests.flow.cast import new

WRONG = {
    "a state": "UPDATE cases_case SET state = 'lost' WHERE id = {}",
    "closed without an outcome": "UPDATE cases_case SET state = 'closed', outcome = NULL WHERE id = {}",
    "open with an outcome": "UPDATE cases_case SET outcome = 'done' WHERE id = {}",
    "a stream": "INSERT INTO cases_event (stream_kind, stream_id, seq, verb, at, recorded_at, actor, channel, origin, "
    "given) SELECT 'owl', stream_id, 9, verb, at, recorded_at, actor, channel, origin, given FROM cases_event "
    "WHERE stream_id = {}",
    "an origin": "INSERT INTO cases_event (stream_kind, stream_id, seq, verb, at, recorded_at, actor, channel, origin, "
    "given) SELECT stream_kind, stream_id, 9, verb, at, recorded_at, actor, channel, 'rumour', given FROM cases_event "
    "WHERE stream_id = {}",
    "a promise": "UPDATE cases_promise SET kind = 'someday' WHERE case_id = {}",
}


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("what", WRONG)
def test_no_other_word_is_taken(what: str) -> None:
    case_id = new().case_id
    with pytest.raises(DatabaseError, match=r"value for domain|case_outcome"), transaction.atomic():  # noqa: SIM117
        with connection.cursor() as cursor:
            cursor.execute(WRONG[what].format(case_id))


@pytest.mark.django_db
def test_the_states_of_the_database_are_those_of_the_moves() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_type t ON t.oid = c.contypid "
            "WHERE t.typname = 'case_state'"
        )
        [(check,)] = cursor.fetchall()
    assert set(re.findall(r"'(\w+)'", check)) == {str(state) for state in State}
