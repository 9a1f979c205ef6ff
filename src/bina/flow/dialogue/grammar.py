"""How a citizen answers by text message: a digit, a word, a code, or his own words; in any digits and spelling."""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

from bina.ground.text.codes import is_code
from bina.ground.text.digits import latin
from bina.ground.text.letters import canonical, search_fold


class Means(StrEnum):
    """What a message is taken to mean."""

    YES = "yes"  # the result is right
    NO = "no"  # it is not
    WITHDRAW = "withdraw"  # he takes his report back
    STOP = "stop"  # he wants no more messages
    STATUS = "status"  # where does it stand
    HELP = "help"
    WORDS = "words"  # his own words: a message to his case
    NOTHING = "nothing"  # it holds none


class Understood(msgspec.Struct, frozen=True):
    """A message as it was understood: its meaning, the code it names, and the words for the case."""

    means: Means
    code: str | None
    words: str
    reason: str = ""  # of NO: why, by the codes of disputes; of WORDS: why he writes again


# One of these and nothing else. What people add to a yes can take it back, so only thanks may stand beside it.
_WHOLE = {
    Means.YES: (
        "1", "بله", "بلی", "بلی درست است", "اره", "درست است", "درست شد", "انجام شد", "انجام شده", "تایید",
        "تایید می کنم", "بله درست است", "بله انجام شد", "yes", "y", "ok", "done", "confirm",
    ),
    Means.NO: (
        "2", "نه", "خیر", "انجام نشد", "انجام نشده", "درست نشد", "درست نیست", "نشد", "نشده", "تایید نمی کنم",
        "نه انجام نشد", "خیر انجام نشد", "no", "n", "not done",
    ),
    Means.WITHDRAW: ("انصراف", "انصراف می دهم", "پس گرفتم", "پس می گیرم", "withdraw"),
    Means.STOP: ("لغو", "لغو 11", "لغو11", "پیام نفرستید", "stop", "unsubscribe"),
    Means.STATUS: ("وضعیت", "پیگیری", "چه شد", "چی شد", "خبر", "status"),
    Means.HELP: ("راهنما", "کمک", "help"),
}  # fmt: skip
_MEANING = {word: means for means, words in _WHOLE.items() for word in words}
_CODE = re.compile(r"(?<![0-9])(?:[0-9]{10}|[0-9]{3}[ \-.][0-9]{3}[ \-.][0-9]{4})(?![0-9])")
_NAMED = re.compile(r"(?:^|(?<=\s))(?:کد رهگیری|کد|code)\s*:?\s*$", re.IGNORECASE)
_FIRST = re.compile(r"([12])(?![0-9])(.*)", re.DOTALL)
_THANKS = re.compile(r"(?:خیلی|بسیار|با|از|شما|ممنون\w*|متشکر\w*|تشکر|سپاس\w*|مرسی|دست|درد|نکند|thanks?|thank|you)")
_COUNTED = re.compile(r"(?:تا|عدد|مورد|بار|نفر|متر|روز|هفته|ماه|ساعت|دقیقه|سال|days?|weeks?|times?|more)\b")
_AGAIN = re.compile(r"\b(?:دوباره|باز هم|بازهم|برگشت|again|back)\b")
_BADLY = re.compile(r"\b(?:ناقص|نصفه|نیمه|نیمه کاره|بد|badly|half)\b")
_ASKS = re.compile(r"[?؟]|\b(?:کی|چه وقت|چرا|چه شد|چی شد|خبر\w*|when|why|news)\b")


def understand(text: str) -> Understood:
    """What a message means; never raises. The code is taken out of the words wherever it stands."""
    said = canonical(text)
    code, rest = _code(said)
    plain = _plain(rest)
    if not plain:
        return Understood(Means.STATUS if code or "؟" in said or "?" in said else Means.NOTHING, code, "")
    meaning = _MEANING.get(plain)
    if meaning is not None:
        return Understood(meaning, code, "", "not_done" if meaning == Means.NO else "")
    first = _FIRST.match(latin(rest).lstrip(" .:،,;-"))
    if first is not None:
        return _with_more(first[1], rest, first[2], code)
    return Understood(Means.WORDS, code, rest, _why_again(rest))


def _with_more(digit: str, rest: str, more: str, code: str | None) -> Understood:
    """A digit with words behind it: a no keeps them as its reason, a yes goes with thanks alone; else it is words."""
    words = rest[len(rest) - len(more) :].strip(" .:،,;-\n")
    plain = _plain(words)
    if digit == "2" and not _COUNTED.match(plain):
        why = "came_back" if _AGAIN.search(plain) else "badly_done" if _BADLY.search(plain) else "not_done"
        return Understood(Means.NO, code, words, why)
    agreed = _MEANING.get(plain) == Means.YES or all(_THANKS.fullmatch(word) for word in plain.split())
    if digit == "1" and agreed:
        return Understood(Means.YES, code, words)
    return Understood(Means.WORDS, code, rest, _why_again(rest))


def _why_again(words: str) -> str:
    return "no_news" if _ASKS.search(search_fold(words) + ("?" if "؟" in words else "")) else "wants_to_add"


def _code(said: str) -> tuple[str | None, str]:
    """The first tracking code in a text, and the text without it."""
    for found in _CODE.finditer(latin(said)):  # every digit is one character in either script, so places agree
        digits = re.sub(r"[^0-9]", "", found[0])
        if is_code(digits):
            before = _NAMED.sub("", said[: found.start()])
            return digits, f"{before} {said[found.end() :].lstrip()}".strip()
    return None, said.strip()


def _plain(words: str) -> str:
    """Words as they are compared: folded, without punctuation."""
    return " ".join(re.findall(r"\w+", search_fold(words)))
