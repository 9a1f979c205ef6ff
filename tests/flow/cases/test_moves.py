"""The table of moves as a whole: reachable, escapable, without doubles, and its refusals name a way out."""

import pytest

from bina.flow.cases.facts import BY_FACT, FACTS, GIVEN, check_given
from bina.flow.cases.moves import BY_FA, BY_VERB, MOVES, OUTCOME_FA, STATE_FA, By, Outcome, State, verbs_for, why_not


def test_every_state_can_be_reached_and_left():
    reached, edge = {State.REGISTERED}, True
    while edge:
        more = {m.after for m in MOVES if set(m.before) & reached} - reached
        reached |= more
        edge = bool(more)
    assert reached == set(State)
    for state in State:
        assert any(state in m.before for m in MOVES), state


def test_every_open_state_can_end_by_somebody_who_is_not_the_clock():
    ends = {s for m in MOVES if m.after == State.CLOSED and set(m.by) - {By.CLOCK} for s in m.before}
    assert ends >= set(State) - {State.CLOSED}


def test_each_verb_stands_once_and_facts_are_other_verbs():
    assert len(BY_VERB) == len(MOVES)
    assert len(BY_FACT) == len(FACTS)
    assert not set(BY_VERB) & set(BY_FACT)
    assert set(GIVEN) == set(BY_VERB) | set(BY_FACT)


def test_every_word_has_its_persian():
    assert set(STATE_FA) == set(State)
    assert set(OUTCOME_FA) == set(Outcome)
    assert set(BY_FA) == set(By)


def test_the_unit_alone_never_closes_a_case():
    for move in MOVES:
        if move.after == State.CLOSED:
            assert not set(move.by) & {By.UNIT, By.LIAISON, By.CREW}, move.verb


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("by", list(By))
def test_a_missing_verb_says_why_and_a_present_one_does_not(state, by):
    allowed = verbs_for(state, [by])
    for verb in BY_VERB:
        assert bool(why_not(verb, state, [by])) == (verb not in allowed)


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("note", {"name": "علی"}),
        ("refer", {"unit": "MHD-03/D-TECH"}),
        ("report", {"finding": "انجام شد"}),
        ("contact", {"contact": 1, "kind": "recontact", "words": "متن آزاد"}),
        ("refer", {"unit": True}),
        ("refer", {"unit": 10**400}),
    ],
)
def test_an_event_carries_only_what_its_row_names(verb, given):
    with pytest.raises(ValueError, match="event"):
        check_given(verb, given)
