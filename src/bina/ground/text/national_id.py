"""Iran's numbers of persons, organisations and addresses as a guard against typing errors; none is ever required.

A number that passes proves nothing about who somebody is.
"""

from __future__ import annotations

import re

from bina.ground.text.digits import latin, persian
from bina.ground.text.errors import TextError

_LEGAL_WEIGHTS = (29, 27, 23, 19, 17) * 2
_SPACING = re.compile(r"[\s\u200c\u200e\u200f\-]")


class BadId(TextError):
    """What was typed cannot be such a number; the sentence says why."""


def national_id(text: str) -> str:
    """The ten digits of a person's national id (کد ملی), left-padded from 8; raises BadId on a typing error."""
    digits = _digits(text, "کد ملی", "The national id", least=8, most=10).zfill(10)
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    rest = total % 11
    if len(set(digits)) == 1 or int(digits[9]) != (rest if rest < 2 else 11 - rest):
        raise _mistyped("کد ملی", "the national id")
    return digits


def legal_id(text: str) -> str:
    """The eleven digits of an organisation's id (شناسهٔ ملی); raises BadId on a typing error."""
    digits = _digits(text, "شناسهٔ ملی", "The organisation's id", least=11, most=11)
    extra = int(digits[9]) + 2
    total = sum((int(digit) + extra) * weight for digit, weight in zip(digits, _LEGAL_WEIGHTS, strict=False))
    if len(set(digits)) == 1 or int(digits[10]) != total % 11 % 10:
        raise _mistyped("شناسهٔ ملی", "the organisation's id")
    return digits


def postal_code(text: str) -> str:
    """The ten digits of a postal code; only its length and leading zero are looked at; raises BadId."""
    digits = _digits(text, "کد پستی", "The postal code", least=10, most=10)
    if digits[0] == "0":
        raise _mistyped("کد پستی", "the postal code")
    return digits


def _digits(text: str, name: str, name_en: str, *, least: int, most: int) -> str:
    plain = _SPACING.sub("", latin(text[:60]))
    if not re.fullmatch(r"[0-9]+", plain) or not least <= len(plain) <= most:
        raise BadId(f"{name} {persian(most)} رقم دارد.", f"{name_en} has {most} digits.")
    return plain


def _mistyped(name: str, name_en: str) -> BadId:
    return BadId(
        f"یکی از رقم‌های {name} درست نیست؛ لطفاً دوباره ببینید.",
        f"One digit of {name_en} is wrong; please look again.",
    )
