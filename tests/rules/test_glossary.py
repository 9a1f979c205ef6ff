"""The glossary and the code speak one language: every identifier it gives is a name in the code, none has two terms."""

from __future__ import annotations

import re

import pytest

from tests.rules.engine import ROOT

_ROW = re.compile(r"^\|([^|]+)\|([^|]+)\|([^|]+)\|$", re.M)
DO = "Use the code's name in docs/GLOSSARY.md, or give the code the glossary's."


def identifiers(page: str) -> list[tuple[str, str]]:
    """(Persian, identifier) of every row of the glossary."""
    return [(m[1].strip(), name) for m in _ROW.finditer(page) for name in re.findall(r"`([^`]+)`", m[3])]


def unknown(page: str, code: str) -> list[str]:
    """Identifiers that are no name in the code, and those that stand for two terms."""
    words = set(re.findall(r"\w+", code))
    wrong, terms = [], {}
    for persian, name in identifiers(page):
        if name not in words:
            wrong.append(f"«{persian}» is called {name} in the glossary and nowhere in src/bina. {DO}")
        if terms.setdefault(name, persian) != persian:
            wrong.append(f"{name} stands for «{terms[name]}» and for «{persian}». One term, one name. {DO}")
    return wrong


def test_the_glossary_names_what_is_in_the_code() -> None:
    page = (ROOT / "docs/GLOSSARY.md").read_text()
    assert len(identifiers(page)) > 100
    found = unknown(page, "\n".join(path.read_text() for path in ROOT.glob("src/bina/**/*.py")))
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_a_name_out_of_the_air_and_a_double_one_are_caught() -> None:
    row = "| ارجاع | referral | `Referral` |\n"
    assert unknown(row, "class Referral: ...") == []
    assert "nowhere" in unknown(row, "class Reference: ...")[0]
    assert "stands for" in unknown(row + "| عودت | return | `Referral` |\n", "class Referral: ...")[0]
