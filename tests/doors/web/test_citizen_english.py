"""Whatever the flow may say to a citizen has its English; numbers are carried over in the page's digits."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import override

import bina.flow.cases as cases
from bina.doors.web import citizen_english
from bina.doors.web.citizen_english import GENERAL, SENTENCES, said

FOLDER = Path(cases.__file__).parent
# Where a citizen's verbs are: whole modules, or the functions named.
SPOKEN: dict[str, tuple[str, ...]] = {
    "register.py": (), "contacts.py": (), "photos.py": (), "access.py": (), "write.py": (), "instant.py": (),
    "errors.py": ("NotAllowed", "KeyReused"), "record.py": ("allowed", "decide"),
    "rules.py": ("_confirm", "_dispute", "_rework", "_objection"),
}  # fmt: skip
REFUSALS = ("Refused", "Invalid", "NotAllowed", "Stale", "_code", "_said", "__init__", "KeyReused")
PERSIAN = re.compile(r"[آ-ی]")


def spoken() -> set[str]:
    """Every sentence that a refusal in these places carries, with {} for what it fills in."""
    found: set[str] = set()
    for name, functions in SPOKEN.items():
        tree = ast.parse((FOLDER / name).read_text())
        parts = [n for n in ast.walk(tree) if getattr(n, "name", "") in functions] if functions else [tree]
        for part in parts:
            for node in ast.walk(part):
                found |= _of_call(node) | _of_errors(node)
    return {s for s in found if PERSIAN.search(s) and s.rstrip().endswith((".", "؟"))}


def _of_call(node: ast.AST) -> set[str]:
    if not isinstance(node, ast.Call):
        return set()
    func = node.func
    name = func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""
    if name not in REFUSALS:
        return set()
    return {_text(n) for arg in node.args for n in ast.walk(arg) if isinstance(n, ast.Constant | ast.JoinedStr)} - {""}


def _of_errors(node: ast.AST) -> set[str]:
    if not (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript | ast.Name)):
        return set()
    value = node.value
    return {_text(value)} if isinstance(value, ast.Constant | ast.JoinedStr) else set()


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_everything_said_to_a_citizen_has_its_english() -> None:
    # Parts of an f-string are walked too; a part of a known sentence is no sentence of its own.
    whole = spoken()
    assert len(whole) > 25
    lacking = {s for s in whole if s not in SENTENCES and not any(s in known for known in SENTENCES)}
    assert lacking == set()


def test_the_english_is_english_and_fills_in_as_many_parts_at_most() -> None:
    for fa, en in SENTENCES.items():
        assert not PERSIAN.search(en), en
        assert en.count("{}") in (0, fa.count("{}")), fa


def test_numbers_are_carried_over_in_the_pages_digits() -> None:
    sentence = "هر بار تا 4 عکس بفرستید؛ بقیه را پس از آن بیفزایید."
    assert said(sentence) == sentence.replace("4", "۴")
    with override("en"):
        assert said(sentence.replace("4", "۴")) == "Send up to 4 photos at once; add the others afterwards."
        assert said("چیزی که هیچ‌کس ننوشته است.") == GENERAL


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
def test_an_english_page_has_no_persian_error() -> None:
    client = Client()
    client.post("/language", {"language": "en", "next": "/"})
    for typed in (
        {"words": "", "subject": "0101", "address": "x", "tell_by": "none"},
        {"words": "x" * 6000, "subject": "0101", "address": "x", "tell_by": "none"},
        {"words": "pothole", "subject": "0101", "address": "", "tell_by": "none"},
        {"words": "pothole", "subject": "0101", "address": "x", "tell_by": "sms", "phone": "12"},
        {"words": "pothole", "subject": "0101", "lat": "0", "lon": "0", "tell_by": "none"},
    ):
        answer = client.post("/report", typed)
        assert answer.status_code == 422, typed
        errors = re.findall(r'class="error"[^>]*>(.*?)</(?:p|span)>', answer.content.decode(), re.DOTALL)
        assert errors
        assert not any(PERSIAN.search(re.sub(r"<[^>]+>", "", e)) for e in errors), errors
    found = client.get("/track?code=1234567890").content.decode()
    assert not PERSIAN.search(re.search(r'class="error"[^>]*>(.*?)</(?:p|span)>', found, re.DOTALL)[1])  # type: ignore[index]
    assert citizen_english.GENERAL not in found
