"""What is answered at once to a citizen's message, where no event tells it by itself."""

from __future__ import annotations

from bina.config import config
from bina.flow.cases.models import Case
from bina.flow.cases.moves import State
from bina.flow.dialogue.wording import day_of, language, name_of, tail
from bina.ground.catalogue import subjects
from bina.ground.city import units
from bina.ground.text.codes import spoken
from bina.ground.text.digits import persian

_SAYS = {
    "fa": {
        "confirmed": "سپاس؛ تأیید شما ثبت شد و درخواست پایان یافت.",
        "disputed": "گفتهٔ شما ثبت شد: کار درست نشده است. دنبال می‌کنیم.",
        "noted": "پیام شما ثبت شد و به همان همکار رسید.",
        "withdrawn": "به خواست شما گزارشتان پس گرفته شد.",
        "hushed": "دیگر پیامک نمی‌فرستیم. هر زمان خواستید درخواستتان را با کد ببینید یا به ۱۳۷ زنگ بزنید.",
        "nothing_waits": "اکنون نتیجه‌ای در انتظار پاسخ شما نیست. اگر چیزی می‌خواهید بگویید، همین‌جا بنویسید.",
        "nothing_open": "درخواست بازی به نام این شماره نیست.",
        "help": "۱ یعنی درست شد، ۲ یعنی درست نشد. «وضعیت» برای آخرین خبر، «انصراف» برای پس گرفتن، «لغو» برای "
        "نفرستادن پیامک. یا هر چه می‌خواهید بنویسید.",
        "refused": "این کار اکنون شدنی نیست.",
        "no_such_code": "درخواستی با این کد نیست. رقم‌ها را یک بار دیگر ببینید.",
        "not_yours": "این درخواست با شمارهٔ دیگری ثبت شده است؛ برای گفتن چیزی دربارهٔ آن به ۱۳۷ زنگ بزنید.",
        "unknown": "با این شماره درخواستی ثبت نشده است. برای گزارش به ۱۳۷ زنگ بزنید یا این‌جا را باز کنید:\n{report}",
        "which": "بیش از یک درخواست دارید. پاسخ را همراه کد بفرستید، مانند:\n{lines}",
        "registered": "درخواست نزد ۱۳۷ است.", "referred": "درخواست به {unit} داده شده است.",
        "in_progress": "{unit} کار را در دست دارد.", "waiting": "کار در انتظار است؛ مانعی در راه است.",
        "reported": "{unit} نتیجه را اعلام کرده است. ۱ درست است، ۲ درست نیست.", "closed": "درخواست پایان یافته است.",
        "inspection": "بازرس این کار را خواهد دید و نتیجه به شما گفته می‌شود.",
        "next": "خبر بعدی تا {date}.", "unit": "واحد مسئول", "withdraw": "انصراف",
    },
    "en": {
        "confirmed": "Thank you; your confirmation is noted and the request is finished.",
        "disputed": "Your word is noted: it is not put right. We are following it up.",
        "noted": "Your message was noted and reached the same colleague.",
        "withdrawn": "Your report was withdrawn as you asked.",
        "hushed": "We send no more messages. See your request by its code any time, or call 137.",
        "nothing_waits": "No result waits for your answer now. If you want to say something, write it here.",
        "nothing_open": "No open request stands under this number.",
        "help": "1 it is put right, 2 it is not. STATUS for the last news, WITHDRAW to take it back, STOP for no more "
        "messages. Or write what you want to say.",
        "refused": "This cannot be done now.",
        "no_such_code": "There is no request with this code. Please look at its digits again.",
        "not_yours": "It was reported from another number; to say something about it call 137.",
        "unknown": "No request stands under this number. To report call 137 or open:\n{report}",
        "which": "You have more than one request. Send your answer with its code, such as:\n{lines}",
        "registered": "The request is with 137.", "referred": "The request was given to {unit}.",
        "in_progress": "{unit} is at work on it.", "waiting": "The work waits; something stands in the way.",
        "reported": "{unit} has told its result. 1 it is right, 2 it is not.", "closed": "The request is finished.",
        "inspection": "An inspector will look at the work, and you will be told.",
        "next": "Next news by {date}.", "unit": "the responsible unit", "withdraw": "withdraw",
    },
}  # fmt: skip


def say(key: str, lang: str, **filled: str) -> str:
    """One of the sentences in a language."""
    report = f"{config().public_url.rstrip('/')}/report"
    return _SAYS[language(lang)][key].format_map({"report": report, **filled})


def about(sentence: str, code: str, lang: str) -> str:
    """A sentence with the case's code and address below it."""
    return "\n".join([sentence, *tail(code, language(lang))])


def status(case_id: int, code: str, lang: str) -> str:
    """Where a case stands, in a sentence or two, as its public page has it."""
    case = Case.objects.get(pk=case_id)
    unit = units.by_id(case.unit_id) if case.unit_id else None
    stands = "inspection" if "inspection" in case.more else case.state
    lines = [say(stands, lang, unit=name_of(unit, language(lang)) or say("unit", lang))]
    if case.news_due_at is not None and case.state != State.CLOSED:
        lines.append(say("next", lang, date=day_of(case.news_due_at, language(lang))))
    return about(" ".join(lines), code, lang)


def which(codes: list[str], word: str, lang: str) -> str:
    """Asks for the code: each, behind the answer that was given, with its subject unless that is sensitive."""
    lang = language(lang)
    lines = []
    for code, subject_id, sensitivity in (
        Case.objects.filter(code__in=codes).order_by("-id").values_list("code", "subject_id", "sensitivity")[:4]
    ):
        subject = name_of(subjects.by_id(subject_id), lang) if not sensitivity else ""
        shown = f"{word} {spoken(code)}"
        lines.append((persian(shown) if lang == "fa" else shown) + (f" ({subject})" if subject else ""))
    return say("which", lang, lines="\n".join(lines))
