"""The roles of the people who work with the system: one table for rights, the entrance and the documentation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is here; rights are a role for a unit, a district or the whole city."""

    OPERATOR = "operator"
    DUTY_OFFICER = "duty_officer"
    SHIFT_SUPERVISOR = "shift_supervisor"
    FOLLOWUP_EXPERT = "followup_expert"
    SUPERVISOR_137 = "supervisor_137"
    UNIT_HEAD = "unit_head"
    LIAISON = "liaison"
    FIELD_OFFICER = "field_officer"
    CREW = "crew"
    INSPECTOR = "inspector"
    DISTRICT_MAYOR = "district_mayor"
    UPPER_MANAGER = "upper_manager"
    OFFICE = "office"
    FINANCE = "finance"
    BUDGET_MANAGER = "budget_manager"
    ANALYST = "analyst"
    CENTER_MANAGER = "center_manager"
    PUBLISHER = "publisher"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Reach(StrEnum):
    """Over what a role is given: the whole city, a district (or all), or one unit."""

    CITY = "city"
    DISTRICT = "district"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class RoleWords:
    """A role in words: its names, over what it is given, what its holder sees first, and what he does (fa, en)."""

    role: Role
    fa: str
    en: str
    reach: Reach
    first: str
    does: str
    does_en: str


_TABLE = (
    RoleWords(
        Role.OPERATOR, "کاربر ۱۳۷", "137 operator", Reach.CITY, "میز تماس",
        "تماس را تنها با صفحه‌کلید به پایان ببرید.",
        "Takes the call: who is it, what is already open here, register, read out the code.",
    ),
    RoleWords(
        Role.DUTY_OFFICER, "کشیک", "duty officer", Reach.CITY, "خطرهای زنده",
        "خطر را در هر ساعت، در چند دقیقه به دست کسی برسانید.",
        "Hands every hazard to somebody within minutes, at any hour.",
    ),
    RoleWords(
        Role.SHIFT_SUPERVISOR, "سرپرست شیفت", "shift supervisor", Reach.CITY, "شیفت اکنون",
        "شیفت را بگردانید و آن را بی‌کم‌وکاست تحویل دهید.",
        "Runs the shift and hands it over complete.",
    ),
    RoleWords(
        Role.FOLLOWUP_EXPERT, "کارشناس پیگیری", "follow-up expert", Reach.DISTRICT, "کارتابل پیگیری",
        "یک فهرست باز کنید و بدانید امروز چه کنید.",
        "Opens one list and knows what is late, what waits for whom, whom to chase.",
    ),
    RoleWords(
        Role.SUPERVISOR_137, "سرپرست ۱۳۷ منطقه", "137 supervisor of a district", Reach.DISTRICT, "کارتابل سرپرست",
        "واحد مسئول را تعیین کنید و دربارهٔ «غیرقابل اقدام» تصمیم بگیرید.",
        "Settles whose job it is, decides declines, sees the load of the experts.",
    ),
    RoleWords(
        Role.UNIT_HEAD, "رئیس واحد", "unit head", Reach.UNIT, "کارتابل واحد",
        "بپذیرید، برنامه بدهید، یا بگویید چه مانع است.",
        "Accepts, plans, reports the result with its proof, or says what blocks him.",
    ),
    RoleWords(
        Role.LIAISON, "رابط ۱۳۷ واحد", "137 liaison of a unit", Reach.UNIT, "کارتابل واحد",
        "به‌جای رئیس واحد، کارها را برسانید و نتیجه را بنویسید.",
        "Acts for the unit's head: hands out the work, writes the results.",
    ),
    RoleWords(
        Role.FIELD_OFFICER, "مأمور بازدید", "visiting officer", Reach.UNIT, "بازدیدهای امروز",
        "بازدیدهای امروز روی گوشی: یافته، اندازه، عکس.",
        "Today's visits on a phone: finding, quantity, photo.",
    ),
    RoleWords(
        Role.CREW, "اکیپ اجرایی", "crew", Reach.UNIT, "کار امروز",
        "کار امروز روی گوشی، با سه لمس.",
        "Today's jobs on a phone, in three taps.",
    ),
    RoleWords(
        Role.INSPECTOR, "بازرس", "inspector", Reach.DISTRICT, "بازرسی‌ها",
        "نمونه‌ای منصفانه ببینید، بی‌آنکه بدانید کار کیست.",
        "Sees a fair sample of finished work without knowing whose it is.",
    ),
    RoleWords(
        Role.DISTRICT_MAYOR, "شهردار منطقه", "district mayor", Reach.DISTRICT, "وضع منطقه",
        "یک گره را ببینید و بدانید اکنون نزد کیست.",
        "Sees the one thing that is stuck, whose it is and since when.",
    ),
    RoleWords(
        Role.UPPER_MANAGER, "مدیر سازمان یا معاونت", "manager of an organisation or deputy", Reach.UNIT,
        "خواسته‌های منطقه‌ها",
        "ببینید منطقه‌ها چه از شما خواسته‌اند و از کی.",
        "Sees what the districts have demanded and since when.",
    ),
    RoleWords(
        Role.OFFICE, "دفتر سازمان یا معاونت", "office of an organisation or deputy", Reach.UNIT, "نامه‌ها",
        "یک پاسخ برای چند نامه بنویسید و شمارهٔ دبیرخانه را ثبت کنید.",
        "Enters one answer for many demands, with the registry's number.",
    ),
    RoleWords(
        Role.FINANCE, "امور مالی", "finance", Reach.UNIT, "تخصیص‌ها",
        "پولی که رسید به کدام درخواست می‌رسد، و به که چه گفته می‌شود.",
        "Records which credit was handed over, when, and which cases it frees.",
    ),
    RoleWords(
        Role.BUDGET_MANAGER, "مدیر بودجه", "budget manager", Reach.CITY, "تقاضای برآورده‌نشده",
        "ببینید مردم چه می‌خواهند، کجا، و با هر مبلغ چه می‌شود.",
        "Sees what people need, where, and what a given sum buys.",
    ),
    RoleWords(
        Role.ANALYST, "تحلیلگر", "analyst", Reach.CITY, "نشانه‌ها",
        "از سابقه یافته بسازید و از یافته، تصحیح فرایند.",
        "Makes findings out of the history, and corrections out of findings.",
    ),
    RoleWords(
        Role.CENTER_MANAGER, "مدیر مرکز ۱۳۷", "manager of the 137 centre", Reach.CITY, "مرکز امروز",
        "سطح خدمت، نیرو و کیفیت مرکز را یک‌جا ببینید.",
        "Sees the centre's service level, staff and quality in one place.",
    ),
    RoleWords(
        Role.PUBLISHER, "روابط عمومی", "public relations", Reach.CITY, "آمار عمومی",
        "عددهایی را منتشر کنید که می‌شود به آن‌ها اعتماد کرد.",
        "Publishes reviewed figures that can be trusted.",
    ),
    RoleWords(
        Role.ADMIN, "مدیر سامانه", "administrator", Reach.CITY, "تنظیم‌ها",
        "واحد، موضوع، مهلت و تقویم را خودتان تنظیم کنید.",
        "Keeps units, subjects, deadlines, calendars and rights, without a programmer.",
    ),
    RoleWords(
        Role.AUDITOR, "ممیز", "auditor", Reach.CITY, "دفتر رویدادها",
        "همه‌چیز را بخوانید، هیچ‌چیز را تغییر ندهید.",
        "Reads everything, changes nothing.",
    ),
)  # fmt: skip

ROLES: dict[Role, RoleWords] = {row.role: row for row in _TABLE}
