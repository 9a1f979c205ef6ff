"""Every template can be read: its tags exist, its blocks close, what it extends and includes is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Engine, TemplateDoesNotExist, TemplateSyntaxError, engines

from tests.rules.engine import ROOT

_NAMED = re.compile(r"{%-?\s*(?:extends|include)\s+[\"']([^\"'#]+)")


def unreadable(path: Path, engine: Engine) -> list[str]:
    text = path.read_text()
    wrong = []
    try:
        engine.from_string(text)
    except TemplateSyntaxError as error:
        wrong.append(f"{path.name}: {error}. Close the block or load the library; parts stand in templates/parts/.")
    for name in _NAMED.findall(text):
        try:
            engine.find_template(name)
        except (TemplateDoesNotExist, TemplateSyntaxError):
            wrong.append(f"{path.name}: «{name}» is not there or cannot be read. Names start below templates/.")
    return wrong


def test_every_template_can_be_read() -> None:
    paths = sorted(ROOT.glob("src/bina/doors/web/templates/**/*.html"))
    assert paths
    found = [line for path in paths for line in unreadable(path, engines["django"].engine)]
    if found:
        pytest.fail("\n".join(found), pytrace=False)


@pytest.mark.parametrize(
    "text",
    [
        "{% block a %}",
        "{% nonsense %}",
        '{% include "parts/nowhere.html" %}',
        '{% extends "nowhere.html" %}',
        "{{ a|b }}",
    ],
)
def test_an_unreadable_template_is_caught(text: str, tmp_path: Path) -> None:
    sample = tmp_path / "sample.html"
    sample.write_text(text)
    assert unreadable(sample, engines["django"].engine)
    sample.write_text("{% block a %}{% endblock %}")
    assert unreadable(sample, engines["django"].engine) == []
