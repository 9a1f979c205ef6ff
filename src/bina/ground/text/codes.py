"""The tracking code: ten digits that survive being read out over a bad line, and are not guessable from another."""

from __future__ import annotations

import re
import secrets

from bina.ground.text.digits import latin, persian
from bina.ground.text.errors import TextError

LENGTH = 10
_READ_AT_MOST = 200  # characters: a code with words around it, never a letter
# H. Michael Damm's quasigroup of order ten (thesis, Marburg 2004): every single wrong digit and every swap of two
# neighbours changes the check digit.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
# What stands between the digits of one code: spaces of all kinds, dashes, dots, slashes, unseen marks; no letters.
_GROUP = re.compile(r"[0-9](?:[^\w]*[0-9])*")


class BadCode(TextError):
    """What was typed is not a tracking code; the sentence says what to look at."""


def new_code() -> str:
    """A new code by the system's secure source of chance: one of 900 million, the last digit its check digit.

    Two can meet: whoever stores it keeps it unique and asks again (at ten million cases, one time in ninety).
    """
    body = str(secrets.randbelow(9 * 10 ** (LENGTH - 2)) + 10 ** (LENGTH - 2))
    return body + check_digit(body)


def check_digit(body: str) -> str:
    """Damm's check digit of a string of ASCII digits; appended to it, the digit of the whole is 0."""
    state = "0"
    for digit in body:
        state = _DAMM[int(state)][int(digit)]
    return state


def is_code(text: str) -> bool:
    """Whether a text is exactly a code in its stored form: ten ASCII digits that agree with their check digit."""
    return re.fullmatch(r"[1-9][0-9]{9}", text) is not None and check_digit(text) == "0"


def read_code(text: str) -> str:
    """The code in what somebody typed, in any digits, spacing and with words around; raises BadCode."""
    if len(text) > _READ_AT_MOST:
        raise _bad("too_long")
    plain = latin(text)
    groups = [re.sub(r"\D", "", group) for group in _GROUP.findall(plain)]
    whole = "".join(groups)
    for candidate in (*groups, whole):
        if is_code(candidate):
            return candidate
    if not groups:
        raise _bad("empty")
    raise _wrong(min(groups, key=lambda group: abs(len(group) - LENGTH)) if len(groups) > 1 else whole)


def spoken(code: str) -> str:
    """The code in the groups in which it is read out and shown: 305 718 4269."""
    return f"{code[:3]} {code[3:6]} {code[6:]}"


_SENTENCES = {
    "empty": (
        "لطفاً کد رهگیری را بنویسید؛ این کد ۱۰ رقم دارد.",
        "Please write the tracking code; it has 10 digits.",
    ),
    "too_long": (
        "این نوشته بلندتر از یک کد رهگیری است؛ لطفاً تنها ۱۰ رقم کد را بنویسید.",
        "This is longer than a tracking code; please write its 10 digits only.",
    ),
    "phone": (
        "این شمارهٔ تلفن همراه است، نه کد رهگیری؛ کد ۱۰ رقم دارد.",
        "This is a mobile number, not a tracking code; the code has 10 digits.",
    ),
    "zero": (
        "کد رهگیری با صفر آغاز نمی‌شود؛ لطفاً آن را دوباره از پیامک یا برگه بخوانید.",
        "A tracking code does not begin with zero; please read it again from the message or slip.",
    ),
    "check": (
        "یکی از رقم‌ها درست نیست یا دو رقم جابه‌جا شده است؛ لطفاً کد را دوباره از پیامک یا برگه بخوانید.",
        "One digit is wrong or two are swapped; please read the code again from the message or slip.",
    ),
}


def _bad(why: str) -> BadCode:
    return BadCode(*_SENTENCES[why])


def _wrong(digits: str) -> BadCode:
    """What is wrong with digits that are no code."""
    written = len(digits)
    if written == LENGTH:
        return _bad("zero" if digits[0] == "0" else "check")
    if re.fullmatch(r"(?:0|0098|98)9[0-9]{9}", digits):
        return _bad("phone")
    off = abs(LENGTH - written)
    count_fa, count_en = ("یک", "One") if off == 1 else (persian(off), str(off))
    if written < LENGTH:
        fa, en = f"{count_fa} رقم جا افتاده است", f"{count_en} digit{'s are' if off > 1 else ' is'} missing"
    else:
        fa, en = f"{count_fa} رقم بیشتر است", f"{count_en} digit{'s' if off > 1 else ''} too many"
    return BadCode(
        f"{fa}: {persian(written)} رقم نوشته‌اید، کد ۱۰ رقم دارد.",
        f"{en}: you wrote {written}, the code has 10.",
    )
