"""Rules about pages: logical CSS, no inline script or style, no unescaped text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.rules.engine import Finding, Rule, under

# Places where text is handed on unescaped, each with the reason why nothing that somebody typed can stand in it.
UNESCAPED: dict[str, str] = {}

_PROPERTY = re.compile(
    r"(?<![\w-])("
    r"(?:scroll-)?(?:margin|padding)-(?:left|right)"
    r"|border-(?:left|right)(?:-\w+)?"
    r"|border-(?:top|bottom)-(?:left|right)-radius"
    r"|(?:left|right)"
    r")\s*:"
    r"|(?<![\w-])((?:text-align|text-align-last|float|clear|caption-side|resize)\s*:\s*(?:left|right))\b"
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_INLINE = (
    (re.compile(r"<style\b", re.I), "an inline style sheet"),
    (re.compile(r"\sstyle\s*=", re.I), "a style attribute"),
    (re.compile(r"<script\b(?![^>]*\bsrc=)[^>]*>", re.I | re.DOTALL), "an inline script"),
    (re.compile(r"<[a-z][^>]*?\s(on[a-z]+)\s*=", re.I | re.DOTALL), "an event attribute"),
    (re.compile(r"\bhx-on[:-]|\bhx-vals\s*=\s*[\"']\s*js:|\bhx-vars\s*=", re.I), "a script in an hx- attribute"),
    (re.compile(r"javascript:", re.I), "a javascript: address"),
)
_TEMPLATE_COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}", re.DOTALL)
# mark_safe of a plain literal is markup that the programmer wrote, and nothing else.
_UNESCAPED = re.compile(
    r"\|\s*safe(?:seq)?\b|\{%-?\s*autoescape\s+off|\b(?:mark_safe|SafeString)\((?!\s*(?:\"[^\"]*\"|'[^']*')\s*\))"
)


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def physical(path: str, text: str) -> Iterator[Finding]:
    text = _COMMENT.sub(_blank, text)
    for found in _PROPERTY.finditer(text):
        yield _line(text, found.start()), f"«{(found[1] or found[2]).strip()}» is a side of the paper, not of the text"


def inline(path: str, text: str) -> Iterator[Finding]:
    text = _TEMPLATE_COMMENT.sub(_blank, text)
    for pattern, what in _INLINE:
        for found in pattern.finditer(text):
            yield _line(text, found.start()), f"{what}, which the content security policy stops"


def unescaped(path: str, text: str) -> Iterator[Finding]:
    if path in UNESCAPED:
        return
    for found in _UNESCAPED.finditer(text):
        yield _line(text, found.start()), f"«{found[0].strip()}» hands text on unescaped"


_CSS = "src/bina/doors/web/static/css/cards.css"
_HTML = "src/bina/doors/web/templates/desk/register.html"
RULES = (
    Rule(
        "style sheets know start and end, not left and right",
        under("src/bina/", ends=(".css",), but=("/vendor/",)),
        physical,
        "Write the logical property: margin-inline-start, inset-inline-end, text-align: end.",
        bad=(
            (_CSS, ".a { margin-left: 1rem }"),
            (_CSS, ".a { color: red; right: 0 }"),
            (_CSS, ".a { border-top-left-radius: 2px }"),
            (_CSS, ".a { border-right: 1px solid }"),
            (_CSS, ".a { text-align: right }"),
            (_CSS, ".a { float:left }"),
        ),
        good=(
            (
                _CSS,
                "/* from right: to left */ .a { margin-inline-start: 1rem; inset-inline-end: 0; text-align: start }",
            ),
            (_CSS, ".left { --to-right: 1px }"),
        ),
    ),
    Rule(
        "pages carry no inline script or style",
        under("src/bina/", ends=(".html",)),
        inline,
        "Put the behaviour into a module under static/js that finds its data- attribute, the look into a class; "
        "widths of bars are SVG attributes.",
        bad=(
            (_HTML, '<p style="color:red">'),
            (_HTML, "<style>p{}</style>"),
            (_HTML, "<script>go()</script>"),
            (_HTML, '<script type="module">go()</script>'),
            (_HTML, '<button class="a"\n onclick="go()">'),
            (_HTML, '<a href="javascript:go()">'),
            (_HTML, '<form hx-on:submit="go()">'),
        ),
        good=(
            (_HTML, '{# no style= here #}<script src="{% asset "js/staff.js" %}" type="module"></script>'),
            (_HTML, '<rect width="12" class="unit"/><p data-keys="register">on = off</p>'),
        ),
    ),
    Rule(
        "nothing is handed on unescaped",
        under("src/bina/", ends=(".html", ".py")),
        unescaped,
        "Let the template escape, or build markup with format_html; a true exception goes into UNESCAPED in "
        "tests/rules/page_rules.py with its reason.",
        bad=(
            (_HTML, "{{ words|safe }}"),
            (_HTML, "{% autoescape off %}"),
            ("src/bina/doors/web/lines.py", "return mark_safe(text)\n"),
            ("src/bina/doors/web/lines.py", 'return mark_safe(f"<b>{text}</b>")\n'),
            ("src/bina/doors/web/lines.py", 'return mark_safe("<b>" + text)\n'),
        ),
        good=(
            ("src/bina/doors/web/lines.py", 'return format_html("<b>{}</b>", text)\n'),
            ("src/bina/doors/web/lines.py", "DOT = mark_safe('<span class=\"dot\"></span>')\n"),
            (_HTML, "{{ words }}"),
        ),
    ),
)
