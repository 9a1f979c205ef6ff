"""Tables of the code come out as Markdown that reads well: nothing is –, bars escaped, unused columns left out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pytest

from bina.doors.cli.docs import markdown, pages
from bina.flow.cases.moves import MOVES, State


class Colour(StrEnum):
    RED = "red"


@dataclass
class Row:
    verb: str
    by: tuple[Colour, ...] = ()
    unused: str = ""


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        ((), "–"),
        (True, "yes"),
        (False, "–"),
        (Colour.RED, "red"),
        ((None, "a"), "(new), a"),
        ({"words": "hash", "unit": "id"}, "words: hash, unit: id"),
        ("a|b\n c", "a\\|b c"),
        (frozenset({"b", "a"}), "a, b"),
    ],
)
def test_cells(value: object, shown: str) -> None:
    assert markdown.cell(value) == shown


def test_rows_of_dataclasses_show_only_what_is_used() -> None:
    printed = markdown.of_rows([Row("go", (Colour.RED,)), Row("stay")], {"by": "who"})
    assert printed.splitlines() == ["| verb | who |", "|---|---|", "| go | red |", "| stay | – |"]
    with pytest.raises(TypeError, match="dataclasses"):
        markdown.of_rows([{"verb": "go"}])


def test_the_diagram_has_every_arrow_of_the_table() -> None:
    drawn = pages.diagram()
    for move in MOVES:
        for before in move.before:
            start = before.value if before else "[*]"
            line = next(line for line in drawn.splitlines() if f" {start} --> {move.after.value} :" in line)
            assert move.verb in line
    assert drawn.startswith("```mermaid\nstateDiagram-v2")
    assert all(state.value in drawn for state in State)


def test_secrets_have_no_default_on_the_page() -> None:
    line = next(line for line in pages.settings().splitlines() if "BINA_SECRET_KEY" in line)
    assert "| – |" in line
