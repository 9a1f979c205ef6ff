"""São Paulo 156: the address out of street and house number."""

from __future__ import annotations

import re
from typing import Any

_NOT_A_NUMBER = re.compile(r"[0\W_]*|s\W*n[\Wºo]*", re.IGNORECASE)
_BEFORE = re.compile(r"^[^\w(]+")  # an icon or a sign before the street


def address(row: dict[str, Any]) -> str:
    """Street and number; a number of only zeros or “S/N” says that there is none."""
    street = _BEFORE.sub("", str(row.get("logradouro") or "")).strip()
    number = str(row.get("numero") or "").strip()
    if not number or _NOT_A_NUMBER.fullmatch(number):
        return street
    return f"{street}, {number}" if street else number
