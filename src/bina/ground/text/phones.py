"""Telephone numbers: typed in any way, stored as E.164, shown as they are dialled, masked unless needed."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from bina.ground.text.digits import latin, persian
from bina.ground.text.errors import TextError

REGION = "IR"
_DROPPED = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff()./_\-–—−‐‑]")
# Seven digits and more, apart as people write numbers; not by a slash, which stands in dates.
_WRITTEN = re.compile(r"[+(]?\d(?:[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff+()._\-–—−‐‑]*\d){6,}")
# The operators' blocks as a whole: ranges inside them (099x) are opened sooner than a list of them is renewed.
_OPERATORS = re.compile(r"\+989[01239][0-9]{8}")
_LOCAL = re.compile(r"[1-8][0-9]{7}")  # a landline without its area code


class BadPhone(TextError):
    """What was typed is no telephone number; the sentence says what to look at."""


def parse_phone(text: str, area_code: str, *, region: str = REGION) -> str:
    """The number in E.164 (+98915…): mobiles, landlines, numbers from abroad with + or 00; raises BadPhone.

    A landline of eight digits gets the city's `area_code` (051). Any digit script and spacing.
    """
    if len(text) > 60:
        raise _unread()
    typed = _DROPPED.sub("", latin(text))
    typed = re.sub(r"^(?:\+|00)", "+", typed.replace("\uff0b", "+"))
    if not re.fullmatch(r"\+?[0-9]+", typed):
        raise _unread()
    if region == REGION:
        typed = re.sub(r"^98(?=9[0-9]{9}$)", "+98", typed)
        _check_iranian(typed)
        if _LOCAL.fullmatch(typed):
            typed = area_code + typed
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        raise _unread() from None
    if not phonenumbers.is_valid_number(number) and not _OPERATORS.fullmatch(
        phonenumbers.format_number(number, PhoneNumberFormat.E164)
    ):
        raise BadPhone(
            "این شمارهٔ تلفن وجود ندارد؛ لطفاً رقم‌های آن را دوباره ببینید.",
            "There is no such telephone number; please look at its digits again.",
        )
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def is_mobile(phone: str) -> bool:
    """Whether a stored number can be sent a text message."""
    kind = phonenumbers.number_type(phonenumbers.parse(phone))
    return _OPERATORS.fullmatch(phone) is not None or kind in (
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
    )


def dialled(phone: str) -> str:
    """A stored number as it is dialled here, in ASCII digits: 09151234567, 05138123456; from abroad +4915….

    The inverse of `parse_phone`.
    """
    return "0" + phone[3:] if phone.startswith("+98") else phone


def shown(phone: str) -> str:
    """A stored number for reading, in groups and Persian digits: ۰۹۱۵ ۱۲۳ ۴۵۶۷."""
    number = phonenumbers.parse(phone)
    form = PhoneNumberFormat.NATIONAL if number.country_code == 98 else PhoneNumberFormat.INTERNATIONAL
    return persian(phonenumbers.format_number(number, form))


def masked(phone: str) -> str:
    """A stored number with its middle hidden: +989151234567 → 0915•••4567; short ones show less."""
    digits = dialled(phone)
    if len(digits) < 10:
        return digits[:2] + "•••"
    return digits[:4] + "•••" + digits[-4:]


def left_out(text: str) -> str:
    """Text without the telephone and national numbers that people write into it, in any digits: «زنگ بزنید •••»."""
    return _WRITTEN.sub("•••", text)


def _check_iranian(typed: str) -> None:
    """Refuses, with its own sentence, a mobile of the wrong length and the short numbers of services."""
    mobile = re.fullmatch(r"(?:\+98|98)?0?(9[0-9]{6,12})", typed)
    if mobile and len(mobile[1]) != 10:
        written = len(mobile[1]) + 1
        raise BadPhone(
            f"شمارهٔ تلفن همراه با صفر آغازش ۱۱ رقم دارد؛ {persian(written)} رقم نوشته‌اید.",
            f"A mobile number has 11 digits with its leading zero; you wrote {written}.",
        )
    if len(typed) <= 5:
        raise BadPhone(
            "این شمارهٔ کوتاه را نمی‌توان گرفت؛ لطفاً شمارهٔ کامل تلفن را بنویسید.",
            "This short number cannot be called back; please write the whole number.",
        )


def _unread() -> BadPhone:
    return BadPhone(
        "شمارهٔ تلفن خوانده نشد؛ لطفاً آن را مانند ۰۹۱۵۱۲۳۴۵۶۷ بنویسید.",
        "The telephone number could not be read; please write it as 09151234567.",
    )
