"""Digits and numbers: any script in, Persian for reading, ASCII for data."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from bina.ground.text.errors import TextError

PERSIAN = "۰۱۲۳۴۵۶۷۸۹"
_TO_PERSIAN = str.maketrans("0123456789٠١٢٣٤٥٦٧٨٩", PERSIAN * 2)
_COMMON = str.maketrans(PERSIAN + "٠١٢٣٤٥٦٧٨٩", "0123456789" * 2)
_OTHER = re.compile(r"[^\D0-9]")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+")
_THOUSANDS = str.maketrans("٬،'’ ", ",,,,,")
_SIGNS = str.maketrans("−–‐", "---")


class BadNumber(TextError):
    """What was typed is not a whole number within the bounds."""


def latin(text: str) -> str:
    """The text with the decimal digits of every script as ASCII; all else as it was."""
    text = text.translate(_COMMON)
    return text if text.isascii() else _OTHER.sub(lambda m: str(unicodedata.decimal(m.group())), text)


def persian(text: object) -> str:
    """The text (or number) with its ASCII and Arabic digits as Persian ones."""
    return str(text).translate(_TO_PERSIAN)


def parse_int(text: str, *, least: int = 0, most: int = 10**15) -> int:
    """A whole number typed in any digit script, with or without thousands marks; raises BadNumber with a sentence."""
    plain = latin(text.strip()).translate(_SIGNS).strip("\u200e\u200f\u061c\u200c")
    plain = plain.translate(_THOUSANDS)
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not re.fullmatch(r"[+-]?[0-9]+", plain):
        raise BadNumber(
            "لطفاً یک عدد صحیح بنویسید؛ مانند ۱۲.",
            "Please write a whole number, such as 12.",
        )
    if len(plain.lstrip("+-0")) > len(str(max(abs(least), abs(most)))) or not least <= int(plain) <= most:
        raise BadNumber(
            f"عدد باید میان {persian_number(least)} و {persian_number(most)} باشد.",
            f"The number must be between {least:,} and {most:,}.",
        )
    return int(plain)


def persian_number(number: int | float | Decimal, *, places: int | None = None) -> str:
    """A number for reading: ۱۲٬۳۴۵ · ‎−۳ · ۲٫۵; `places` fixes the decimal places, halves away from zero."""
    if places is not None:
        number = Decimal(str(number)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    elif isinstance(number, float):
        number = Decimal(str(number))
    shown = f"{number:,f}" if isinstance(number, Decimal) else f"{number:,}"
    return persian(shown.replace(",", "٬").replace(".", "٫").replace("-", "\u200e\u2212"))


def persian_percent(share: float | Decimal, *, places: int = 0) -> str:
    """A share of one as a percentage for reading: 0.734 → ۷۳٪."""
    return persian_number(Decimal(str(share)) * 100, places=places) + "٪"


def persian_money(rial: int) -> str:
    """An amount with its unit: ۱۲٬۰۰۰ ریال. Amounts are whole rials everywhere."""
    return persian_number(rial) + " ریال"


def short_money(rial: int) -> str:
    """An amount as it is said: ۸۴۰ میلیون تومان, ۱٫۲ میلیارد تومان (ten rials are one toman); one decimal place."""
    toman = Decimal(rial) / 10
    for size, name in ((10**12, "هزار میلیارد تومان"), (10**9, "میلیارد تومان"), (10**6, "میلیون تومان")):
        if abs(toman) >= size:
            value = (toman / size).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
            return f"{persian_number(int(value) if value == int(value) else value)} {name}"
    return f"{persian_number(int(toman) if toman == int(toman) else toman)} تومان"
