"""Whatever stands in a place of a verb's given, in whatever kind, is answered with a sentence and never a fault."""

from __future__ import annotations

import pytest
from django.db import transaction

from bina.flow.cases.errors import CaseError, Invalid
from bina.flow.cases.facts import BY_FACT, GIVEN
from bina.flow.cases.moves import BY_VERB, By, State
from bina.flow.cases.record import ELSEWHERE, record
from tests.flow.cast import do, in_progress, new, referred, reported, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
ODD = ([-1], {"a": [1]}, [[]], True, -1, 2**63, 10**400, 1.5, float("nan"), "", "چرت", "x" * 5_000, "\0", None)


def everywhere() -> dict[State, int]:
    """A case in every state that a verb may begin from."""
    closed = reported()
    do(closed, "confirm", By.CITIZEN)
    return {State.REGISTERED: new().case_id, State.REFERRED: referred(), State.IN_PROGRESS: in_progress(),
            State.REPORTED: reported(), State.CLOSED: closed}  # fmt: skip


def _tried(case_id: int, verb: str, by: By, given: dict) -> str:
    """The sentence that refused it; empty when it was done (and is undone)."""
    try:
        with transaction.atomic():
            record(case_id, verb, by=by, actor="p:1", channel="test", words="متن", **given)
            transaction.set_rollback(True)
    except CaseError as error:
        return error.sentence
    return ""


def test_a_value_of_any_kind_in_any_place_is_no_fault(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path)
    cases = everywhere()
    refused = tried = 0
    for verb, names in GIVEN.items():
        if verb in ELSEWHERE:
            continue
        before = BY_VERB[verb].before if verb in BY_VERB else (State.IN_PROGRESS,)
        case_id = next((cases[state] for state in before if state in cases), cases[State.IN_PROGRESS])
        by = (BY_VERB.get(verb) or BY_FACT[verb]).by[0]
        good = {"unit": unit().id} if "unit" in names else {}
        for name in names:
            for odd in ODD:
                tried += 1
                refused += bool(_tried(case_id, verb, by, good | {name: odd} if name != "words" else good))
    assert refused > tried / 2


@pytest.mark.parametrize(("verb", "by", "given"), [
    ("report", By.UNIT, {"finding": [-1]}), ("dispute", By.CITIZEN, {"reason": {"a": 1}}),
])  # fmt: skip
def test_a_list_where_a_code_stands_is_told_by_its_field(verb, by, given):
    with pytest.raises(Invalid) as error:
        do(in_progress() if by == By.UNIT else reported(), verb, by, **given)
    assert list(error.value.errors) == list(given)
