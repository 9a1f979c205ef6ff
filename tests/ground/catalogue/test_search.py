"""What citizens say finds the subject and the place they mean, in Mashhad's own catalogue and names."""

from __future__ import annotations

from pathlib import Path

import pytest

from bina.ground.catalogue import subjects
from bina.ground.city import places
from bina.ground.sla import version

SAID = {
    "زباله رو نمیبرن سه روزه": "0401", "آشغالای کوچه رو جمع نکردن": "0401", "چاله وسط خیابون": "0101",
    "دست انداز درست کنید": "0101", "کوچه ما خاکیه اسفالت نشده": "0103", "پیاده رو خرابه موزاییک لق شده": "0106",
    "برای ویلچر رمپ نیست": "0108", "در چاه فاضلاب شکسته و بازه": "0110", "آب جمع شده تو خیابون": "0201",
    "جوب پر از لجنه": "0202", "بوی بد کال": "0205", "برف روبی نشده": "0306", "سگ ولگرد زیاده": "1001",
    "گربه مرده": "1002", "موش داره": "1003", "چراغ برق کوچه سوخته": "0901", "سیم برق آویزونه": "0902",
    "چراغ راهنمایی چهارراه خرابه": "0801", "سرعتگیر بذارید": "0804", "اتوبوس دیر میاد": "0807",
    "دستفروش پیاده رو را گرفته": "0601", "مغازه اجناسشو گذاشته پیاده رو": "0602", "بلندگوی وانتی": "0603",
    "ماشین رها شده": "0606", "همسایه بدون مجوز میسازه": "0701", "گودبرداری خطرناک": "0703",
    "درخت داره میفته": "0501", "هرس درخت": "0502", "تاب پارک شکسته": "0509", "شیر آب پارک ترکیده": "0505",
    "متکدی سر چهارراه": "1101", "کارتن خواب": "1102", "رفتار بد مامور": "1201", "رشوه گرفته": "1202",
    "خط کشی خیابان پاک شده": "0803", "جدول شکسته": "0109", "نخاله ساختمانی": "0404",
    "چاله بزرگ جلوی مدرسه، خطرناکه برای بچه ها": "0101", "جای بازی بچه ها نداریم": "0508",
}  # fmt: skip


def test_what_citizens_say_finds_the_subject(city: Path) -> None:
    version.check(version.current())
    found = {said: [row.code for row in subjects.find(said, 3)] for said in SAID}
    assert {said: found[said] for said, code in SAID.items() if code not in found[said]} == {}
    first = sum(found[said][0] == code for said, code in SAID.items())
    assert first >= 0.9 * len(SAID)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("طبرسی شمالی ۱۲ پلاک ۴", "طبرسی شمالی"),
        ("میدان شهدا", "میدان شهدا"),
        ("احمد آباد", "احمدآباد"),
        ("وکیل اباد", "وکیل‌آباد"),
        ("كوهسنگي", "کوهسنگی"),
        ("خیابان سناباد نبش کوچه ۵", "خیابان سناباد"),
    ],
)
def test_what_citizens_say_finds_the_place(city: Path, said: str, name: str) -> None:
    version.check(version.current())
    assert places.find(said)[0].name == name
