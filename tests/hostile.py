"""What strangers, broken programs and odd keyboards send: one corpus for every form and every operation."""

from __future__ import annotations

from random import Random
from typing import Any

PERSIAN, ARABIC = "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"
SCRIPT = "<script>alert(1)</script>"
MARK = "نوشتهٔ من «با گیومه» & <b>نشان</b>"  # what somebody typed in good faith, with everything that needs escaping

TEXTS: dict[str, str] = {
    "empty": "",
    "spaces": "   \t \n ",
    "persian digits": PERSIAN,
    "arabic digits": ARABIC,
    "mixed digits": "1۲٣4",
    "other digits": "१२३ ๑๒๓ 𝟙𝟚𝟛 ①②",
    "arabic letters": "كتاب يك ة ى ؤ إ",
    "emoji": "چاله 🕳️👨‍👩‍👧‍👦🇮🇷",
    "nul": "a\0b",
    "nul alone": "\0",
    "controls": "".join(chr(n) for n in range(1, 32)) + "\x7f\x85",
    "overrides": "\u202eچپ\u2066\u2067\u2068\u2069\u200f\u200e\u061c",
    "unclosed override": "\u202e" * 50,
    "zwnj flood": "\u200c" * 5000,
    "zwj": "\u200d\u200d",
    "bom": "\ufeffسلام",
    "script": SCRIPT,
    "attribute": '" onmouseover="alert(1)" x="',
    "quote": "' OR 1=1; --",
    "template": "{{ 7*7 }}{% debug %}",
    "format": "%s %(x)s {0} {x}",
    "like": "%_%\\",
    "path": "../../../../etc/passwd",
    "url": "javascript:alert(1)",
    "crlf": "a\r\nSet-Cookie: x=1",
    "combining": "a" + "\u0301" * 300,
    "tatweel": "ســـــلام" + "ـ" * 500,
    "nonchars": "\ufffe\uffff\U0010ffff",
    "private": "\ue000\uf8ff",
    "replacement": "\ufffd",
    "line seps": "a\u2028b\u2029c",
    "long": "ب" * 30_000,
    "one word": "x" * 25_000,
    "number": "9" * 400,
    "float": "1e400",
    "nan": "NaN",
    "inf": "-Infinity",
    "negative": "-1",
    "zero": "0",
    "hex": "0x10",
    "null": "null",
    "true": "true",
    "json": '{"a":1}',
    "list": "[1,2]",
    "big int": str(2**63),
    "huge int": str(2**31),
    "underscore": "1_000",
    "plus": "+5",
    "decimal": "3.5",
    "exp": "1e3",
}
DAYS: dict[str, str] = {
    "leap of no leap year": "1404-12-30",
    "leap day": "1403-12-30",
    "31st of a 30": "1405/07/31",
    "month 13": "1405/13/01",
    "day 0": "1405/01/00",
    "ancient": "0001/01/01",
    "year 0": "0000/00/00",
    "future": "9999/12/29",
    "gregorian": "2026-02-30",
    "persian": "۱۴۰۵/۱۲/۳۰",
    "words": "سی‌ام اسفند",
    "huge": "99999999999/1/1",
    "negative": "-1405/01/01",
    "time": "1405/01/01T25:61",
}
POINTS: dict[str, tuple[str, str]] = {
    "swapped": ("59.6389", "36.3167"),
    "null island": ("0", "0"),
    "pole": ("90", "0"),
    "south pole": ("-90", "180"),
    "tehran": ("35.70", "51.40"),
    "nan": ("NaN", "nan"),
    "infinite": ("inf", "-inf"),
    "huge": ("1e308", "1e308"),
    "digits": ("۳۶٫۳۱۶۷", "۵۹٫۶۳۸۹"),
    "words": ("شمال", "شرق"),
    "one only": ("36.3", ""),
    "400 digits": ("9" * 39, "9" * 39),
    "beyond": ("91", "181"),
    "minus": ("-36.3", "-59.6"),
}
CODES: dict[str, str] = {
    "unknown": "4999999999",
    "short": "12",
    "empty": " ",
    "letters": "سلام",
    "long": "9" * 500,
    "dots": "..",
    "zero": "0000000000",
    "spaced": "۴۱ ۲۳-۴۵",
    "script": "<script>",
    "percent": "%25",
    "surrogate bytes": "%ED%A0%80",
    "slashed": "a%2Fb",
    "nul": "%00",
}
# JSON bodies that are no request, as bytes.
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "no json": b"{",
    "text": b"salam",
    "not utf-8": b'{"words":"\xff\xfe"}',
    "null": b"null",
    "list": b"[]",
    "number": b"5",
    "deep": b"[" * 50_000,
    "deep object": b'{"a":' * 20_000,
    "nan": b'{"lat":NaN,"lon":Infinity}',
    "400 digits": b'{"lat":' + b"9" * 400 + b',"seq":' + b"9" * 400 + b',"given":{"due_at":' + b"9" * 400 + b"}}",
    "exponent": b'{"lat":1e999999,"seq":1e5,"given":{"due_at":1e999}}',
    "duplicate keys": b'{"words":"a","words":"b","given":{},"given":{}}',
    "lone surrogate": b'{"subject":"0101","words":"\\ud800","kind":"question","given":{"reason":"\\udfff"}}',
    "nul": b'{"subject":"0101","words":"a\\u0000b","kind":"question","given":{"reason":"\\u0000"}}',
    "utf-16": '{"words":"a"}'.encode("utf-16"),
    "bom": b"\xef\xbb\xbf{}",
    "10 MB": b'{"words":"' + b"x" * 10_000_000 + b'"}',
    "trailing": b"{} {}",
    "comment": b"{/**/}",
    "many fields": b"{" + b",".join(b'"f%d":1' % n for n in range(5000)) + b"}",
    "answers of lists": b'{"answers":{"a":[[[]]]}}',
    "keys of nul": b'{"given":{"\\u0000":1},"answers":{"\\u0000":"x"}}',
    "minus zero": b'{"lat":-0,"lon":-0.0}',
}
KINDS = (
    "text/plain", "application/xml", "multipart/form-data", "multipart/form-data; boundary=", "",
    "application/json; charset=utf-16", "application/x-www-form-urlencoded", "application/json;;;",
    "x/y; charset=nonsense",
)  # fmt: skip

_PIECES = [*TEXTS.values(), *DAYS.values(), *CODES.values(), *(v for pair in POINTS.values() for v in pair)]
_SMALL = [piece for piece in _PIECES if len(piece) < 600]


def text(chance: Random) -> str:
    """One hostile text by chance: a piece, pieces run together, or random code points of every plane."""
    how = chance.random()
    if how < 0.6:
        return chance.choice(_SMALL)
    if how < 0.8:
        return "".join(chance.choice(_SMALL) for _ in range(chance.randint(2, 4)))
    return "".join(_letter(chance) for _ in range(chance.randint(1, 40)))


def _letter(chance: Random) -> str:
    point = chance.choice((chance.randrange(0x80), chance.randrange(0x600, 0x700), chance.randrange(0x110000)))
    return "\ufffd" if 0xD800 <= point < 0xE000 else chr(point)


def value(chance: Random, depth: int = 0) -> Any:
    """One hostile JSON value by chance."""
    kind = chance.randrange(9 if depth < 3 else 6)
    if kind < 3:
        return text(chance) + ("\ud83d" if chance.random() < 0.03 else "")
    if kind == 3:
        return chance.choice((0, -1, 1, 2**31, 2**53, 2**63, -(2**63), 10**400, 5, 137))
    if kind == 4:
        return chance.choice((True, False, None, 0.0, -0.0, 1.5, 1e308, float("nan"), float("inf")))
    if kind == 5:
        return ""
    if kind == 6:
        return [value(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {text(chance)[:20]: value(chance, depth + 1) for _ in range(chance.randrange(4))}
