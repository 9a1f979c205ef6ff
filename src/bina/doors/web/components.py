"""The pattern page: every part of a page with short, long and empty content, for whoever draws with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bina.doors.web.audience import audience
from bina.doors.web.hands import OWNERS, Bar, Span, Vow, lay_out
from bina.doors.web.lines import Line
from bina.doors.web.triple import Triple
from bina.ground.city import installation

ZONE = "Asia/Tehran"
NOW = datetime(2026, 11, 24, 6, 54, tzinfo=UTC)  # سه‌شنبه ۳ آذر ۱۴۰۵، ۱۰:۲۴
WORDS = "وسط کوچه چاله‌ای باز شده، دیشب موتوری افتاد. نزدیک نانوایی است. هر روز گودتر می‌شود."
LONG = " ".join([WORDS] * 6)


@audience("staff")
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Shows the parts; only in a demo city, where nobody takes their data for real."""
    if not installation.current().demo:
        raise Http404("the pattern page belongs to demo cities")
    if "toast" in request.GET:
        messages.success(request, "درخواست به «اداره فضای سبز» ارجاع شد.")
    return render(request, "components.html", samples())


def samples() -> dict[str, Any]:
    """Invented content for every part."""
    return {
        "now": NOW,
        "bars": _bars(),
        "owners": [(key, word) for key, word in OWNERS.items() if key != "unknown"],
        "numbers": Triple(1418, 1341, 876, 352),
        "few": Triple(7, 6, 3, 1),
        "none": Triple(0, 0, 0, 0),
        "vows": _vows(),
        "recontacts": [
            (4, "وعده گذشت", NOW - timedelta(hours=16)),
            (1, "خبر ندارم چه شد", NOW - timedelta(days=7)),
            (0, "", None),
        ],
        "codes": ["3057184269", "4331182044"],
        "steps": [(True, False, False), (True, True, False), (True, True, True), (False, False, False)],
        "referrals": [
            (NOW - timedelta(days=2), NOW - timedelta(hours=22), None),
            (NOW - timedelta(days=2), NOW - timedelta(hours=22), NOW - timedelta(hours=1)),
            (None, None, None),
        ],
        "lines": _lines(),
        "long": LONG,
        "form": SampleForm(),
        "wrong": _wrong(),
    }


class SampleForm(forms.Form):
    """One field of each shape."""

    phone = forms.CharField(
        label="شمارهٔ همراه",
        help_text="برای خبر دادن به شما؛ جای دیگری دیده نمی‌شود.",
        initial="۰۹۱۵ ۴۲۱ ۳۳ ۷۰",
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "tel", "autocomplete": "off"}),
    )
    code = forms.CharField(
        label="کد رهگیری", widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric", "autocomplete": "off"})
    )
    unit = forms.ChoiceField(
        label="واحد", choices=[("", "انتخاب کنید"), ("t", "اداره فنی و عمران"), ("g", "اداره فضای سبز")]
    )
    finding = forms.ChoiceField(
        label="یافته",
        choices=[("done", "انجام شد"), ("nothing_found", "موردی مشاهده نشد"), ("already_fixed", "پیش‌تر رفع شده")],
        widget=forms.RadioSelect,
        initial="done",
    )
    told = forms.ChoiceField(
        label="خبر با",
        choices=[("sms", "پیامک"), ("call", "تلفن"), ("none", "خبر نمی‌خواهم")],
        widget=forms.RadioSelect,
        initial="sms",
    )
    what = forms.ChoiceField(
        label="از این‌هاست؟",
        choices=[
            ("road", "آسفالت و معبر"),
            ("bin", "نظافت و زباله"),
            ("drop", "آب و کانال"),
            ("leaf", "درخت و بوستان"),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    words = forms.CharField(label="شرح", widget=forms.Textarea(attrs={"rows": 3}), required=False, initial=WORDS)
    hazard = forms.BooleanField(label="خطر جانی دارد", help_text="کشیک همین حالا خبر می‌شود.", required=False)


def _wrong() -> SampleForm:
    """The same form with its errors."""
    form = SampleForm({"code": "۳۰۵ ۷۱۸ ۴۲۶", "unit": "", "phone": "۰۹۱۵"})
    form.add_error("code", "یک رقم جا افتاده است: ۹ رقم نوشته‌اید، کد ۱۰ رقم دارد.")
    return form


def _bars() -> dict[str, Bar]:
    start = NOW - timedelta(days=175)

    def at(days: float) -> datetime:
        return start + timedelta(days=days)

    story = [
        Span("137", at(0), at(1)),
        Span("unit", at(1), at(21), "واحد فنی", runs=True),
        Span("up", at(21), at(60), "معاونت فنی"),
        Span("unit", at(60), at(81), "واحد فنی", runs=True),
        Span("plan", at(81), at(96), "در برنامه"),
        Span("credit", at(96), at(175), "در انتظار اعتبار، دیر"),
    ]
    told = [
        Vow(at(158), "broken"),
        Vow(at(187), "open", "خبر بعدی"),
    ]
    fresh = [
        Span("137", NOW - timedelta(hours=5), NOW - timedelta(hours=4)),
        Span("unit", NOW - timedelta(hours=4), NOW, "اداره فنی", True),
    ]
    many = [
        Span(
            owner,
            at(8.75 * n),
            at(8.75 * n + 8.75),
            "ادارهٔ خدمات شهری و محیط زیست منطقهٔ ۳" if n % 2 else "",
            n % 3 == 0,
        )
        for n, owner in enumerate(
            ["137", "unit", "other", "unit", "citizen", "up", "unit", "plan", "credit", "unknown"] * 2
        )
    ]
    return {
        "story": lay_out(story, now=NOW, zone=ZONE, recontacts=[at(39), at(88), at(126), at(174)], vows=told),
        "fresh": lay_out(fresh, now=NOW, zone=ZONE, vows=[Vow(NOW + timedelta(hours=4), "risk", "نخستین پاسخ")]),
        "week": lay_out(
            [Span("137", at(0), at(1)), Span("unit", at(1), at(6), "واحد فنی", True)], now=at(6), zone=ZONE
        ),
        "many": lay_out(
            many, now=NOW, zone=ZONE, vows=[*told, Vow(at(60), "kept"), Vow(at(150), "broken"), Vow(at(165), "kept")]
        ),
        "ended": lay_out(story[:4], now=NOW, zone=ZONE, ended=True, vows=[Vow(at(70), "kept")]),
        "empty": lay_out([], now=NOW, zone=ZONE),
    }


def _vows() -> list[Vow]:
    return [
        Vow(NOW - timedelta(days=6), "kept", "نگه داشته شد، یک روز زودتر"),
        Vow(NOW + timedelta(days=12), "open"),
        Vow(NOW + timedelta(hours=26), "risk"),
        Vow(NOW - timedelta(days=17), "broken", "عمل نشد، شهروند خبر دارد"),
    ]


def _lines() -> list[Line]:
    return [
        Line(
            NOW - timedelta(hours=16),
            "پیگیری مجدد، بار چهارم",
            ("تلفن", "شهروند"),
            said="شش ماه است هر باران کوچه گل می‌شود. فقط بگویید پولش کی می‌رسد.",
            by_citizen=True,
            anchor="c4",
        ),
        Line(NOW - timedelta(days=21), "پاسخ موقت فرستاده شد", ("پیامک", "سامانه، چهار روز پیش از سررسید وعده")),
        Line(
            NOW - timedelta(days=45),
            "یادداشت داخلی",
            ("ن. ناصری",),
            more="برآورد نهایی ۱٬۴۲۰ متر مربع؛ با دو کوچهٔ مجاور یک‌جا اجرا شود.",
            inner=True,
        ),
        Line(NOW - timedelta(days=94), "مانع: در انتظار اعتبار", ("واحد فنی", "مهلت واحد حساب نمی‌شود"), step=True),
        Line(NOW - timedelta(days=175), "ثبت", ("تلفن",), said=LONG, by_citizen=True, step=True),
    ]
