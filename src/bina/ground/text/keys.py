"""The sort key of Persian text: code points in alphabetical order, the same here and in SQL's fa_key(text).

The order is that of the Unicode collation for `fa`, to the first level: spaces, signs, digits, then آ ا ء ب پ … ی,
then Latin letters without regard to case. Marks, kashida and zero-width characters do not count; أ إ ؤ ئ stand at ء.
"""

from __future__ import annotations

# Each group sorts as one letter. The private-use area keeps them in order under a plain code-point comparison.
ALPHABET = (
    "آ",
    "اٱ",
    "ءأإؤئ",
    *"بپتثجچحخدذرزژسشصضطظعغف",
    "ق",
    "کكڪ",
    "گ",
    *"لمن",
    "و",
    "هةۀەہھۃ",
    "یيىېے",
    *((letter + letter.upper()) for letter in "abcdefghijklmnopqrstuvwxyz"),
)
FIRST = 0xE001  # the code point of the first letter in a key
DIGITS = ("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩")
# Kashida, ZWNJ, ZWJ and the marks written above and below letters.
IGNORED = "\u0640\u200c\u200d" + "".join(map(chr, range(0x64B, 0x660))) + "\u0670"


def tables() -> tuple[str, str]:
    """The two arguments of SQL's translate(): characters and what they become; those without a partner vanish."""
    before, after = "", ""
    for place, group in enumerate(ALPHABET):
        for letter in group:
            before += letter
            after += chr(FIRST + place)
    for script in DIGITS:
        before += script
        after += "0123456789"
    return before + IGNORED, after


def _map() -> dict[int, str | None]:
    before, after = tables()
    return {ord(letter): after[i] if i < len(after) else None for i, letter in enumerate(before)}


_KEY = _map()


def fa_key(text: str) -> str:
    """The sort key of a text: `sorted(names, key=fa_key)` is Persian alphabetical order."""
    return text.translate(_KEY)
