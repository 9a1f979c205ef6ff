"""The flow speaks Persian; here stands the English of everything that it may say to a citizen."""

from __future__ import annotations

import re
from functools import lru_cache

from django.utils.translation import get_language

from bina.ground.text.digits import latin, persian

# {} is a number, a state or a list that the sentence carries.
SENTENCES: dict[str, str] = {
    "بنویسید چه شده است؛ چند کلمه هم کافی است.": "Please write what happened; a few words are enough.",
    "نام بلندتر از حد است؛ فقط نام و نام خانوادگی را بنویسید.": "The name is too long; first and family name will do.",
    "نشانی بلندتر از ۵۰۰ حرف است؛ کوتاه‌ترش کنید.": "The address is longer than 500 letters; please shorten it.",
    "راه خبررسانی را از فهرست برگزینید.": "Please choose from the list how we should tell you.",
    "ثبت انجام نشد؛ یک بار دیگر بفرستید.": "It was not registered; please send it once more.",
    "شرح بلندتر از {} حرف است؛ کوتاه‌ترش کنید و بقیه را عکس یا پیام بعدی بفرستید.":
        "The text is longer than {} letters; please shorten it and send the rest as a photo or another message.",
    "برای خبر با پیامک یا تماس، شمارهٔ تلفن لازم است؛ یا «نیازی به خبر نیست» را برگزینید.":
        "A telephone number is needed for a text message or a call; or choose that you need no news.",
    "برای نقطه، عرض و طول جغرافیایی لازم است.": "A point needs a latitude and a longitude.",
    "این نقطه بیرون از محدودهٔ شهر است. نقطه را روی نقشه جابه‌جا کنید یا نشانی بنویسید.":
        "This point lies outside the city. Move it on the map or write an address.",
    "این موضوع در فهرست نیست؛ یکی از موضوع‌ها را برگزینید.": "This subject is not in the list; please choose one.",
    "نشانی را بنویسید، یا بگویید که درخواست جای مشخصی ندارد.":
        "Please write the address, or say that there is no place.",
    "برای این موضوع، جای مسئله لازم است: نشانی یا نقطه‌ای روی نقشه بدهید.":
        "This subject needs a place: give an address or a point on the map.",
    "این درخواست پایان یافته است و «{}» دیگر افزوده نمی‌شود.":
        "This request is finished; nothing of this kind is added.",
    "اینجا عدد درست لازم است.": "A number is needed here.",
    "چنین کاری در فهرست نیست.": "There is nothing of this kind to do.",
    "«{}» با شما نیست.": "This is not yours to do.",
    "این درخواست اکنون «{}» است و «{}» ممکن نیست؛ اکنون ممکن است: {}.":
        "This request has moved on in the meantime, so this is not possible now. Its page shows what is.",
    "متن بلندتر از {} حرف است؛ کوتاه‌ترش کنید.": "The text is longer than {} letters; please shorten it.",
    "نوع پیام را برگزینید.": "Please choose the kind of message.",
    "نوع پیام را از فهرست برگزینید.": "Please choose the kind of message from the list.",
    "در چند کلمه بنویسید چه پرسیدند و چه گفتید.": "Please write in a few words what you asked.",
    "بگویید چرا دوباره تماس گرفته‌اند.": "Please say why you ask again.",
    "پیام خالی است؛ چند کلمه بنویسید.": "The message is empty; please write a few words.",
    "دلیل را از فهرست برگزینید.": "Please choose the reason from the list.",
    "عکس باید JPEG، PNG یا WebP باشد.": "A photo must be JPEG, PNG or WebP.",
    "این عکس خوانده نشد؛ عکس دیگری بفرستید.": "This photo could not be read; please send another.",
    "ابعاد عکس بیش از اندازه بزرگ است؛ کوچک‌ترش کنید.": "The photo is too large in pixels; please make it smaller.",
    "جای ذخیرهٔ عکس اکنون تنگ است؛ متن را بفرستید و عکس را بعد بیفزایید.":
        "There is little room for photos now; send the text and add the photo later.",
    "هر بار تا {} عکس بفرستید؛ بقیه را پس از آن بیفزایید.": "Send up to {} photos at once; add the others afterwards.",
    "عکس بزرگ‌تر از {} مگابایت است؛ کوچک‌ترش کنید یا دوباره بگیرید.":
        "The photo is larger than {} megabytes; make it smaller or take it again.",
    "بگویید عکس از پیش است یا پس از کار.": "Please say whether the photo is from before the work or after it.",
    "عکسی برگزیده نشد.": "No photo was chosen.",
    "هر درخواست تا {} عکس جا دارد.": "A request has room for {} photos.",
    "بگویید چه چیزی درست نیست.": "Please say what is not right.",
    "بازرسی این کار در راه است؛ پس از دیدن بازرس، نتیجه به شما گفته می‌شود.":
        "An inspector is on his way; you will be told what he finds.",
    "بازرس این کار را دیده است؛ اکنون یک اعتراض به مرکز ۱۳۷ ممکن است.":
        "The inspector has seen the work; one objection to the 137 centre is possible now.",
    "این درخواست در درخواست دیگری ادغام شده است؛ همان را ببینید.":
        "This request joined another; please look at that one.",
    "این درخواست با تصمیم بسته شده است؛ می‌توانید اعتراض ثبت کنید.":
        "This request was closed by a decision; you can make an objection.",
    "مهلت پاسخ گذشته است؛ پیام شما پیشنهاد بازگشایی می‌شود و ۱۳۷ دربارهٔ آن تصمیم می‌گیرد.":
        "The time to answer is over; your message becomes a proposal to reopen, on which 137 decides.",
    "واحدی که دوباره کار می‌کند را برگزینید.": "Nobody is named yet who would do the work again; please ring 137.",
    "اعتراض پس از بازرسی یا پس از تصمیم ۱۳۷ ممکن است؛ اکنون «درست نشده است» را بفرستید.":
        "An objection is possible after the inspection or a decision; for now, say that it is not put right.",
    "یک اعتراض برای این درخواست ثبت شده است و مرکز ۱۳۷ آن را می‌بیند.":
        "There is an objection to this request already; the 137 centre looks at it.",
    "بنویسید به چه چیزی اعتراض دارید.": "Please write what you object to.",
    "این درخواست در همین فاصله تغییر کرد. تغییر را ببینید و دوباره تصمیم بگیرید.":
        "The request changed in the meantime. Look at the change and decide again.",
    "درخواستی با این کد نیست. رقم‌ها را یک بار دیگر با پیامک یا برگهٔ خود بسنجید.":
        "There is no request with this code. Please compare the digits with your message or paper once more.",
    "چنین درخواستی برای شما پیدا نشد. کد را دوباره ببینید.":
        "No such request was found for you. Please check the code.",
    "این کلید پیش‌تر با محتوای دیگری آمده است؛ برای درخواست تازه کلید تازه بفرستید.":
        "This form was sent before with other words. Open the page again to send something new.",
}  # fmt: skip
GENERAL = "This was not accepted as it stands. Please look at it once more, or ring 137."
_CARRIED = re.compile(r"\\\{\\\}")


def said(sentence: str) -> str:
    """A sentence of the flow in the page's language, its numbers in that language's digits."""
    if get_language() != "en":
        return persian(sentence)
    for pattern, english in _patterns():
        if found := pattern.fullmatch(sentence):
            return english.format(*(latin(part) for part in found.groups())) if "{}" in english else english
    return GENERAL


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(_CARRIED.sub("(.+?)", re.escape(fa))), en) for fa, en in SENTENCES.items())
