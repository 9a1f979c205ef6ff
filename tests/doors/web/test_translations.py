"""The citizens' pages speak English too: every word that is marked has one, and what is compiled is what is written."""

from __future__ import annotations

import ast
import gettext
import re

from bina.doors.web.assets import FOLDER

WEB = FOLDER.parent
CATALOGUE = WEB / "locale" / "en" / "LC_MESSAGES" / "django.po"
RENEW = (
    "In src/bina/doors/web: django-admin makemessages --no-wrap -l en, write the English, "
    "then msgfmt -o django.mo django.po."
)


def written() -> dict[str, str]:
    """The catalogue's source: Persian to English."""
    entries = re.findall(r'^msgid (".*")\nmsgstr (".*")$', CATALOGUE.read_text(), re.MULTILINE)
    return {ast.literal_eval(fa): ast.literal_eval(en) for fa, en in entries if fa != '""'}


def test_what_is_compiled_is_what_is_written() -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    assert {fa: en for fa, en in compiled.items() if fa} == written(), RENEW


def test_every_marked_word_has_its_english() -> None:
    marked = set()
    for path in (WEB / "templates").rglob("*.html"):
        marked |= set(re.findall(r'\{% translate "([^"]+)"', path.read_text()))
    for path in WEB.rglob("*.py"):
        marked |= set(re.findall(r'\bgettext(?:_noop)?\(\s*"([^"]+)"', path.read_text()))
    known = written()
    assert marked
    assert {word for word in marked if not known.get(word)} == set(), RENEW
