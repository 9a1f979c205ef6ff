"""What the demo's citizens say: sentences by subject from the city's folder, with the slips of real typing."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from random import Random

FILE = "demo/words.toml"

OPENINGS = (
    "سلام، ", "سلام وقت بخیر. ", "", "", "", "با سلام و خسته نباشید، ", "لطفاً رسیدگی کنید: ", "عرض سلام. ", "",
    "ببخشید مزاحم می‌شوم، ", "سلام خدا قوت، ", "من ساکن همین کوچه‌ام. ", "برای بار اول زنگ می‌زنم، ",
)  # fmt: skip
CLOSINGS = (
    "", "", "", "", " لطفاً زودتر رسیدگی کنید.", " ممنون می‌شوم پیگیری کنید.", " چند بار هم به خود اداره گفته‌ایم.",
    " برای سالمندها خیلی خطرناک است.", " اهالی همه ناراضی‌اند.", " با تشکر",
    " خواهش می‌کنم یک نفر را بفرستید ببیند.", " دیگر خسته شدیم!", " بچه‌ها از همین‌جا به مدرسه می‌روند.",
    " تا کی باید تحمل کنیم؟", " مادرم بیمار است و نمی‌تواند رد شود.", " عکس هم دارم.",
    " هر وقت زنگ می‌زنیم می‌گویند فردا!",
)  # fmt: skip
PLACES = (
    "جلوی مدرسه", "روبه‌روی نانوایی", "سر کوچه", "کنار مسجد", "نزدیک ایستگاه اتوبوس", "جلوی پلاک ۱۲", "انتهای کوچه",
    "پشت درمانگاه", "کنار پارک", "مقابل بانک", "جلوی سوپرمارکت", "سر تقاطع", "بعد از میدان", "کنار جوی آب",
    "روبه‌روی داروخانه", "پشت دبیرستان", "جلوی مجتمع", "کنار پل عابر", "نبش کوچهٔ دوم", "جلوی حسینیه",
)  # fmt: skip
SINCE = (
    "از دیشب", "یک هفته است", "دو ماه است", "از پارسال", "سه روز است", "از اول پاییز", "مدت‌هاست", "از صبح",
    "بعد از باران", "نزدیک به شش ماه است", "ده روزی می‌شود", "از عید", "چند شب است",
)  # fmt: skip
FIRST = (
    "علی", "فاطمه", "حسین", "زهرا", "محمد", "مریم", "رضا", "معصومه", "جواد", "سکینه", "مهدی", "نرگس", "حسن", "طاهره",
    "امیر", "لیلا", "ابراهیم", "اعظم", "سعید", "نسرین", "هادی", "پروانه", "عباس", "سمیه", "ناصر", "الهام",
)  # fmt: skip
LAST = (
    "رضایی", "محمدی", "اکبری", "کریمی", "عباسی", "صادقی", "یوسفی", "حسینی", "نوروزی", "قاسمی", "باقری", "احمدی",
    "شریفی", "مرادی", "توکلی", "جعفری", "طوسی", "خراسانی", "نیشابوری", "قربانی", "اسدی", "رستمی", "حیدری", "کاظمی",
    "زارع", "سلیمانی", "فرهادی", "بیات",
)  # fmt: skip
INSTRUCTIONS = (
    "لطفاً بازدید و رفع شود.", "فوری است؛ امروز دیده شود.", "شهروند دو بار تماس گرفته؛ نتیجه را بنویسید.",
    "لطفاً پس از بازدید زمان کار را بگویید.", "با عکس پس از کار پاسخ دهید.", "پیش از بازدید با شهروند هماهنگ شود.",
    "مسیر مدرسه است؛ زودتر دیده شود.",
)  # fmt: skip
ANSWERS = (
    "همکاران ما محل را دیدند و کار در برنامه است.", "کار به اکیپ این ناحیه داده شد.",
    "منتظر مصالح هستیم؛ تا هفتهٔ آینده انجام می‌شود.", "بازدید شد؛ اکیپ در نوبت است.",
    "پیمانکار فراخوانده شد و روز کار را خبر می‌دهیم.",
)  # fmt: skip
RESULTS = (
    "کار انجام شد و محل پاکیزه است.", "ترمیم شد؛ عکس پیوست است.", "با اکیپ رفتیم و درست شد.", "رفع شد.",
    "انجام شد؛ تا ۲۴ ساعت روی آن رفت‌وآمد نشود.", "پس از بازدید همان روز انجام شد.",
)  # fmt: skip
EMPTY_RESULTS = (
    "در بازدید چیزی دیده نشد.", "به نشانی رفتیم؛ موردی نبود.", "دو نوبت رفتیم و موردی که نوشته‌اند دیده نشد.",
)  # fmt: skip
AGAIN = (
    "هنوز کسی نیامده.", "گفتید تا دیروز خبر می‌دهید.", "بدتر شده است.", "خواهش می‌کنم زودتر.", "پس چه شد؟",
    "بار چندم است که زنگ می‌زنم؛ بالاخره کی می‌آیند؟", "آمدند نگاه کردند و رفتند.", "پیامک آمد ولی کاری نشده.",
)  # fmt: skip
# Why something is not done: the reason's code, the expert's words to the supervisor, the supervisor's to the citizen.
DECLINES = (
    ("private_dispute", "اختلاف مالک و همسایه است و به مرجع قضایی مربوط می‌شود.",
     "این موضوع اختلاف خصوصی است و شهرداری در آن اختیاری ندارد؛ شورای حل اختلاف می‌تواند کمک کند."),
    ("against_rules", "خواسته با طرح تفصیلی این محور نمی‌خواند؛ نقشه پیوست پرونده است.",
     "طرح شهری این کار را در این محل روا نمی‌داند. اگر طرح بازنگری شود خبر می‌دهیم."),
    ("address_not_found", "سه بار پرسیدیم و محل پیدا نشد؛ شماره هم پاسخ نمی‌دهد.",
     "محل را پیدا نکردیم. با همین کد نشانی روشن‌تری بفرستید تا دوباره باز کنیم."),
    ("no_responsible_body", "کار داخل ملک خصوصی است و دستگاه مسئولی ندارد.",
     "این کار داخل ملک و بر عهدهٔ مالک است؛ شهرداری و شرکت‌های خدماتی در آن مسئولیتی ندارند."),
)  # fmt: skip
NOTES = ("", "", ".", "؛ قانع شد", "؛ تشکر کرد", "؛ شماره داده شد", "؛ گفت دوباره تماس می‌گیرد")  # of the operator
ALSO = ("من هم همین را می‌بینم.", "همسایه هستم؛ ما هم گرفتاریم.", "برای همان چیزی که همسایه‌ها گفته‌اند زنگ زدم.")
RAIN = (
    "{place} را آب گرفته و ماشین‌ها خاموش شده‌اند", "آب از جوی {place} بیرون زده و به خانه‌ها می‌رسد",
    "زیرگذر {place} پر از آب است", "آب باران {place} راه ندارد و بالا می‌آید",
)  # fmt: skip


@lru_cache(maxsize=2)
def sentences(folder: Path) -> dict[str, dict[str, tuple[str, ...]]]:
    """The sentences of a city's folder: "said" by subject code, "instant" by kind."""
    read = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    return {part: {name: tuple(lines) for name, lines in rows.items()} for part, rows in read.items()}


def _slip(text: str, chance: Random) -> str:
    """Arabic letters, lost half-spaces, missing full stops, doubled letters: as people really type."""
    roll = chance.random()
    if roll < 0.14:
        text = text.replace("ی", "\u064a").replace("ک", "\u0643")
    elif roll < 0.28:
        text = text.replace("\u200c", " ")
    elif roll < 0.38:
        text = text.replace("\u200c", "").rstrip(".")
    elif roll < 0.43:
        text = text.replace("،", "").replace(".", "").replace("هٔ", "ه")
    elif roll < 0.47:
        cut = chance.randrange(3, max(4, len(text) - 3))
        text = text[:cut] + text[cut + 1 :]
    elif roll < 0.50:
        text = text.rstrip(".") + chance.choice(("!!!", "...", "؟؟"))
    return text


def said(folder: Path, subject: str, chance: Random, *, rain: bool = False) -> str:
    """One citizen's words about a subject; LookupError when the folder says nothing of it."""
    body = chance.choice(RAIN if rain else sentences(folder)["said"][subject])
    body = body.format(place=chance.choice(PLACES), since=chance.choice(SINCE))
    return _slip(f"{chance.choice(OPENINGS)}{body}.{chance.choice(CLOSINGS)}", chance)


def again(chance: Random) -> str:
    """What somebody says who asks once more."""
    since = f" {chance.choice(SINCE)} منتظریم." if chance.random() < 0.5 else ""
    return _slip(f"{chance.choice(OPENINGS)}{chance.choice(AGAIN)}{since}{chance.choice(CLOSINGS)}", chance)


def also(chance: Random) -> str:
    """What a neighbour says who sees the same."""
    return _slip(f"{chance.choice(OPENINGS)}{chance.choice(ALSO)}{chance.choice(CLOSINGS)}", chance)


def instant(folder: Path, kind: str, area: str, chance: Random) -> str:
    """What an operator notes of a contact that ended in the call."""
    text = chance.choice(sentences(folder)["instant"][kind]).format(area=area)
    return text + chance.choice(NOTES)


def name(chance: Random) -> str:
    """A made-up citizen's name."""
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def phone(chance: Random) -> str:
    """A mobile number of a block that no operator has given out."""
    return f"+98999{chance.randrange(10**7):07d}"
