"""Every move and every fact has a word for the citizen, in both languages, or an explicit silence with its reason."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from bina.flow.cases.facts import FACTS
from bina.flow.cases.moves import MOVES
from bina.flow.dialogue.notices import NOTICES, Notice

VERBS = [row.verb for row in (*MOVES, *FACTS)]


def unsaid(verbs: Iterable[str], notices: Iterable[Notice]) -> list[str]:
    table = list(notices)
    known = list(verbs)
    rows = {notice.verb: notice for notice in table}
    where = "in NOTICES of src/bina/flow/dialogue/notices.py"
    wrong = [
        f'«{verb}» tells the citizen nothing: give it a sentence (fa and en) or silent="why" {where}.'
        for verb in known
        if verb not in rows
    ]
    for notice in table:
        if notice.verb not in known:
            wrong.append(f"«{notice.verb}» is no move and no fact: take it out {where}, or add its row to the tables.")
        if bool(notice.silent) == bool(notice.fa) or bool(notice.fa) != bool(notice.en):
            wrong.append(f"«{notice.verb}» needs either both sentences or a silence with its reason {where}.")
    if len(rows) < len(table):
        wrong.append(f"A verb has two rows {where}.")
    return wrong


def test_every_step_is_told_or_silent_on_purpose() -> None:
    found = unsaid(VERBS, NOTICES)
    if found:
        pytest.fail("\n".join(found), pytrace=False)


@pytest.mark.parametrize(
    "notices",
    [
        [],
        [Notice("refer", "ارجاع شد.", "Referred."), Notice("vanish", silent="no such verb")],
        [Notice("refer")],
        [Notice("refer", "ارجاع شد.")],
        [Notice("refer", "ارجاع شد.", "Referred.", silent="both")],
        [Notice("refer", silent="a"), Notice("refer", silent="b")],
    ],
)
def test_a_gap_is_caught(notices: list[Notice]) -> None:
    assert unsaid(["refer"], notices)
    assert unsaid(["refer"], [Notice("refer", silent="inside the municipality")]) == []
