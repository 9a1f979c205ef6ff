"""What the citizen is told of each event, in plain words, or why of this one nothing: the other half of the tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """One row: the sentence in Persian and English (braces are filled in), or silence with its reason.

    Braces: {unit} the body, {date} the next date told, {answer} the answer's words, {why} the constraint.
    `send`: also by message to everybody who joined; with `author_only` to whoever the event is about alone. Where the
    sentence speaks to that one, `others_fa` and `others_en` tell the rest.
    """

    verb: str
    fa: str = ""
    en: str = ""
    silent: str = ""
    send: bool = False
    author_only: bool = False
    others_fa: str = ""
    others_en: str = ""


# fmt: off
NOTICES: tuple[Notice, ...] = (
    Notice("register", "درخواست شما ثبت شد. تا {date} نخستین پاسخ را می‌گوییم.",
           "Your request is registered. You will have a first answer by {date}.", send=True),
    Notice("refer", "درخواست به {unit} داده شد.", "Your request was given to {unit}."),
    Notice("accept", "{unit} کار را پذیرفت.", "{unit} took on the work."),
    Notice("return", "{unit} گفت این کار با او نیست؛ ۱۳۷ واحد درست را پیدا می‌کند.",
           "{unit} says it is not its work; 137 is finding the right unit."),
    Notice("hold", "کار اکنون پیش نمی‌رود: {why}. تا {date} دوباره خبر می‌دهیم.",
           "The work cannot go on now: {why}. You will hear from us by {date}.", send=True),
    Notice("release", "مانع برداشته شد و کار از سر گرفته می‌شود.", "The obstacle is gone; the work goes on.", send=True),
    Notice("report", "{unit} می‌گوید: {answer} درست است؟", "{unit} says: {answer} Is it right?", send=True),
    Notice("send_back", silent="the unit's result was not complete; the citizen hears of the complete one"),
    Notice("confirm", "سپاس؛ تأیید شما ثبت شد و درخواست پایان یافت.",
           "Thank you; your confirmation is noted and the request is finished.", send=True,
           others_fa="یکی از گزارش‌دهندگان کار را تأیید کرد و درخواست پایان یافت. اگر درست نیست، بگویید.",
           others_en="Somebody who reported it confirmed the work; it is finished. If it is not right, tell us."),
    Notice("dispute", "گفتهٔ شما ثبت شد: کار درست نشده است. دوباره به {unit} داده شد.",
           "Your word is noted: it is not put right. It was given to {unit} again.", send=True,
           others_fa="یکی از گزارش‌دهندگان گفت کار درست نشده است. دوباره به {unit} داده شد.",
           others_en="Somebody who reported it says it is not put right. It was given to {unit} again."),
    Notice("close_unheard", "پاسخی از شما نرسید و درخواست پایان یافت. اگر کار درست نیست، بگویید.",
           "We did not hear from you and the request is finished. If it is not right, tell us.", send=True),
    Notice("decline", "این کار شدنی نیست: {answer}", "This cannot be done: {answer}", send=True),
    Notice("hand_over", "این کار با {unit} است: {answer}", "This is the work of {unit}: {answer}", send=True),
    Notice("withdraw", "به خواست شما درخواست پس گرفته شد.", "The request was withdrawn as you asked."),
    Notice("merge", "درخواست شما با درخواست همسایهٔ شما یکی شد؛ همین کد همچنان پاسخ می‌دهد.",
           "Your request joined a neighbour's; your code goes on answering.", send=True),
    Notice("reopen", "درخواست دوباره باز شد و به {unit} داده شد.",
           "The request was reopened and given to {unit}.", send=True),
    Notice("contact", "پیام شما ثبت شد و به همان همکار رسید.",
           "Your message was noted and reached the same colleague.", send=True, author_only=True),
    Notice("attach", silent="another's request joined; his words are not shown to others"),
    Notice("detach", silent="put in order inside"),
    Notice("author_withdrawn", silent="one author's own matter"),
    Notice("notified", silent="inside the municipality"),
    Notice("seen", "{unit} درخواست را دید.", "{unit} has seen the request."),
    Notice("spoken", silent="inside the municipality"),
    Notice("side_opened", "از {unit} هم نظر خواسته شد.", "{unit} was asked for its opinion too."),
    Notice("side_answered", silent="its content comes with the answer"),
    Notice("note", silent="a note among staff"),
    Notice("answer", "پاسخ: {answer}", "Answer: {answer}", send=True),
    Notice("ask", "پرسش ما از شما: {answer}", "Our question to you: {answer}", send=True),
    Notice("photo", "عکسی افزوده شد.", "A photo was added."),
    Notice("told", "به شما خبر داده شد.", "You were told."),
    Notice("called", silent="the call itself is the telling"),
    Notice("promise_given", "تا {date} خبر می‌دهیم.", "You will hear from us by {date}."),
    Notice("promise_kept", silent="the news itself was told"),
    Notice("promise_broken", "به وعدهٔ خود نرسیدیم؛ پوزش می‌خواهیم. پیگیری ادامه دارد.",
           "We did not keep our date and are sorry. We are still at it.", send=True),
    Notice("follow_up", "۱۳۷ از {unit} پیگیری کرد.", "137 followed it up with {unit}."),
    Notice("snoozed", silent="how the expert orders his day; what was promised to the citizen stands"),
    Notice("visit", "همکار ما محل را دید.", "A colleague visited the place."),
    Notice("partly_done", "بخشی از کار انجام شد؛ بقیه تا {date}.", "Part of the work is done; the rest by {date}.",
           send=True),
    Notice("job_planned", "کار در برنامه گذاشته شد.", "The work was planned."),
    Notice("job_started", "کار آغاز شد.", "The work has begun."),
    Notice("job_done", silent="the result is told when the unit reports it"),
    Notice("hold_attested", silent="the reason was told when the hold was placed"),
    Notice("hold_contested", silent="a matter between bodies; time and owner on the page change"),
    Notice("hold_renewed", "هنوز در انتظاریم. تا {date} دوباره خبر می‌دهیم.",
           "We are still waiting. You will hear from us by {date}.", send=True),
    Notice("hold_ended", "یکی از مانع‌ها برداشته شد.", "One of the obstacles is gone."),
    Notice("demand_linked", "برای این کار از مدیران بالاتر هم پیگیری شد.", "It was raised with higher offices too."),
    Notice("demand_answered", silent="its content comes with the answer"),
    Notice("credit_encumbered", "پول کار کنار گذاشته شد.", "Money for the work was set aside."),
    Notice("credit_freed", silent="bookkeeping"),
    Notice("inspection_ordered", "بازرس کار را خواهد دید.", "An inspector will see the work."),
    Notice("inspection_made", "بازرس کار را دید.", "The inspector has seen the work."),
    Notice("decline_proposed", silent="nothing is decided yet"),
    Notice("decline_refused", silent="nothing was decided against the citizen; the work goes on"),
    Notice("objection", "اعتراض شما ثبت شد.", "Your objection was noted."),
    Notice("reopening_proposed", "گفتهٔ شما ثبت شد؛ ۱۳۷ دربارهٔ بازگشایی تصمیم می‌گیرد.",
           "Your word is noted; 137 will decide about reopening."),
    Notice("desk_reached", silent="inside the municipality"),
    Notice("deadline_moved", silent="the unit's own time; no promise given to the citizen moves"),
    Notice("escalated", silent="inside the municipality"),
    Notice("acknowledged", silent="inside the municipality"),
    Notice("change_subject", "موضوع درخواست درست شد.", "The subject of the request was corrected."),
    Notice("correct_place", "نشانی درخواست درست شد.", "The place of the request was corrected."),
    Notice("split", "بخشی از درخواست جدا پیگیری می‌شود.", "A part of the request is followed separately."),
    Notice("erased", silent="what was erased is not spoken of"),
)
# fmt: on
BY_VERB: dict[str, Notice] = {n.verb: n for n in NOTICES}
