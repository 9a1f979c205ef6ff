"""Persian text in two forms: `canonical`, which is stored, and `search_fold`, which is searched and never shown."""

from __future__ import annotations

import re
import unicodedata

from bina.ground.text.digits import latin

# The planes that hold anything seen or unseen to decide on; the others are ideographs, private or empty.
_POINTS = (*range(0x20000), *range(0xE0000, 0xE0200))
ZWNJ, ZWJ, VARIATION_16 = "\u200c", "\u200d", "\ufe0f"
MARKS_KEPT = 8  # on one letter: more is never writing
_MARKS_READ = 30  # before normalising, whose time grows with the square of such a run

# Signs that Unicode counts as formats but that are seen (Arabic number and verse signs).
_SEEN_FORMATS = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", **dict(zip("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", strict=True))})


def _presentation(letter: str) -> str:
    """The letters behind a presentation form (ﻻ → لا); a form of a lone mark gives the mark without its seat."""
    plain = unicodedata.normalize("NFKC", letter)
    if len(plain) > 1 and plain[0] in " \u0640":
        plain = "".join(c for c in plain if c not in " \u0640")
    return plain


def _clean_table() -> dict[int, str]:
    """What each character becomes before normalising: unseen ones vanish, spaces and line ends are made plain."""
    table: dict[int, str] = {}
    for point in _POINTS:
        letter = chr(point)
        category = unicodedata.category(letter)
        if category in ("Cc", "Cs") or (category == "Cf" and point not in _SEEN_FORMATS):
            table[point] = ""
        elif category == "Zs":
            table[point] = " "
    for point in (*range(0xFDD0, 0xFDF0), *(p + o for p in range(0xFFFE, 0x110000, 0x10000) for o in (0, 1))):
        table[point] = ""  # what Unicode says is never a character
    for point in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x180B, 0x180F)):
        table[point] = ""  # variation selectors: they change no letter, and can carry hidden text
    for point in (*range(0xFB50, 0xFDFE), *range(0xFE70, 0xFEFD)):
        if unicodedata.decomposition(chr(point)):
            table[point] = _presentation(chr(point))
    table |= {ord(c): "\n" for c in "\n\v\f\x85\u2028\u2029"}
    table |= {ord("\t"): " ", 0x640: ""}
    for kept in (ZWNJ, ZWJ, VARIATION_16):
        table.pop(ord(kept), None)
    return table


def _one_of(points: list[int]) -> str:
    """The body of a regular-expression class for code points in rising order."""
    spans: list[list[int]] = []
    for point in points:
        if spans and point == spans[-1][1] + 1:
            spans[-1][1] = point
        else:
            spans.append([point, point])
    return "".join(f"\\U{a:08x}-\\U{b:08x}" for a, b in spans)


def _is_emoji(letter: str) -> bool:
    """Roughly: symbols and pictures. Enough to know where a joiner or selector means something."""
    return unicodedata.category(letter) in ("So", "Sk") or "\u2190" <= letter <= "\u2bff"


_CLEAN = _clean_table()
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")  # rare, and only a class without them is fast
_ODD = re.compile(f"[{_one_of([p for p in sorted(_CLEAN) if p < 0x10000])}]")
_MARKS = _one_of([p for p in _POINTS if unicodedata.combining(chr(p))])
_MARKS_BMP = _one_of([p for p in _POINTS if p < 0x10000 and unicodedata.combining(chr(p))])
_LONG_RUN = re.compile(f"[{_MARKS_BMP}][{_MARKS}]{{{_MARKS_READ},}}")
_RUN = re.compile(f"[{_MARKS_BMP}][{_MARKS}]{{{MARKS_KEPT},}}")
_ASTRAL_RUN = re.compile(f"[{_MARKS}]{{{MARKS_KEPT + 1},}}")
_JOINERS = re.compile(f"[{ZWNJ}{ZWJ}{VARIATION_16}]+")
_SPACES = re.compile(" {2,}")
_LINES = re.compile("\n{3,}")
# Most of what people write needs nothing: found out at the price of one scan.
_PLAIN = re.compile("(?:[!-~آأؤءائ-غفقل-وپچژکگی۰-۹،؛؟«»٪]++(?: (?! )|\\Z))*+")


def canonical(text: str) -> str:
    """The form in which text is stored: the same words, one spelling of each letter, nothing unseen.

    NFC; Arabic ي ى ك and digits become Persian; presentation forms become letters; kashida, control characters,
    bidi controls, lone surrogates and hidden characters go; ZWNJ stays inside words, emoji, hamza and marks stay
    as typed; spaces are single, at most one line stays empty. Doing it twice changes nothing; the result is at
    most 18 times as long (the ligature ﷺ), and time grows in step with the length.
    """
    if _PLAIN.fullmatch(text) and not text.endswith(" "):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _ODD.sub(lambda m: _CLEAN[ord(m.group())], text)
    astral = _ASTRAL.search(text) is not None
    if astral:
        text = _ASTRAL.sub(lambda m: _CLEAN.get(ord(m.group()), m.group()), text)
        text = _ASTRAL_RUN.sub(lambda m: m.group()[:_MARKS_READ], text)
    text = _LONG_RUN.sub(lambda m: m.group()[:_MARKS_READ], _settle(text))
    text = unicodedata.normalize("NFC", text).translate(_LETTERS)
    text = (_ASTRAL_RUN if astral else _RUN).sub(lambda m: m.group()[:MARKS_KEPT], text)
    text = _SPACES.sub(" ", _settle(text))
    if "\n" in text:
        text = _LINES.sub("\n\n", "\n".join([line.strip(" ") for line in text.split("\n")]))
    return text.strip(" \n")


def _settle(text: str) -> str:
    """Keeps a joiner between emoji, a selector after one or a keycap's sign, a ZWNJ inside a word; no others."""

    def settled(run: re.Match[str]) -> str:
        before = text[run.start() - 1 : run.start()]
        after = text[run.end() : run.end() + 1]
        if not before:
            return ""
        kept = VARIATION_16 if VARIATION_16 in run[0] and (_is_emoji(before) or before in "0123456789#*") else ""
        if after and ZWJ in run[0] and _is_emoji(before) and _is_emoji(after):
            return kept + ZWJ
        in_word = (before.isalnum() or unicodedata.combining(before)) and after.isalnum()
        return kept or (ZWNJ if ZWNJ in run[0] and in_word else "")

    return _JOINERS.sub(settled, text)


def one_line(text: str) -> str:
    """The canonical form of a name, title or other single line: line ends become spaces."""
    return canonical(text).replace("\n\n", " ").replace("\n", " ")


_FOLD = str.maketrans(
    {
        **dict.fromkeys("يىېےۍ", "ی"),
        **dict.fromkeys("كڪ", "ک"),
        **dict.fromkeys("ةەہھۃ", "ه"),
        "ٱ": "ا",
        "ء": None,
        "٬": None,  # thousands
        ZWNJ: " ",
        ZWJ: None,
    }
)
_UNDER_OVER = re.compile(f"[{_one_of([p for p in range(0x10000) if unicodedata.category(chr(p)) in ('Mn', 'Me')])}]")
_NOT_WORD = re.compile(r"[\W_]+")


def search_fold(text: str) -> str:
    """The form in which text is searched and compared: words, Persian or Latin, with single spaces between.

    On top of `canonical`: marks go, أ إ آ ٱ → ا, ؤ → و, ئ → ی, ة ۀ → ه, a lone ء goes, ZWNJ and every sign become a
    space, digits are ASCII, letters lower case without accents. Doing it twice changes nothing.
    """
    text = unicodedata.normalize("NFKD", canonical(text)).casefold()
    text = _UNDER_OVER.sub("", unicodedata.normalize("NFKD", text).translate(_FOLD))
    if _ASTRAL.search(text):
        text = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Me"))
    return _NOT_WORD.sub(" ", latin(text)).strip()
