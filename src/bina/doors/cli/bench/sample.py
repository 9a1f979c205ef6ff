"""What the bench sends: registrations of fifteen fields in the city's own places and subjects, and a case's moves."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from bina.ground.catalogue import subjects
from bina.ground.city import places, units

SEED, SAMPLES = 137, 256
SAID = (
    "چالهٔ بزرگی وسط خیابان است و خودروها هر شب در آن می‌افتند",
    "چراغ‌های این کوچه سه شب است که خاموش مانده و رفت‌وآمد خطر دارد",
    "زباله‌ها جلوی در مانده و بوی آن همهٔ همسایه‌ها را آزرده است",
    "شاخهٔ درخت روی سیم برق افتاده و با هر باد جرقه می‌زند",
    "جوی آب گرفته است و آب به پیاده‌رو و زیرزمین خانه‌ها می‌ریزد",
    "روکش آسفالت جلوی مدرسه کنده شده و بچه‌ها زمین می‌خورند",
)
WHERE = ("روبه‌روی نانوایی", "کنار ایستگاه اتوبوس", "نبش کوچهٔ سوم", "پشت مسجد", "جلوی دبستان", "سر چهارراه")
NAMES = ("زهرا رضایی", "محمد احمدی", "فاطمه حسینی", "علی کریمی", "مریم جعفری")
STREETS = ("خیابان امام رضا", "بلوار وکیل‌آباد", "خیابان دانشگاه", "بلوار سجاد", "خیابان طبرسی")


def bodies() -> list[dict[str, Any]]:
    """Registrations, each with all fifteen fields; the same ones each time for the same city."""
    chance = Random(SEED)
    spots = _spots(chance)
    rows = [row for row in subjects.all() if not row.proof.get("nothing_found")]
    return [_body(i, chance, rows[i % len(rows)], spot) for i, spot in enumerate(spots)]


def _body(i: int, chance: Random, row: subjects.SubjectRow, spot: tuple[float, float]) -> dict[str, Any]:
    answers = {q.code: "no" for q in row.questions if q.kind == "yesno"}
    return {
        "subject": row.code, "words": f"{chance.choice(SAID)}، {chance.choice(WHERE)} پلاک {i + 1}",
        "lat": spot[0], "lon": spot[1], "address": f"{chance.choice(STREETS)}، {chance.choice(WHERE)}",
        "district": None, "no_place": False, "name": chance.choice(NAMES),
        "phone": f"0915{chance.randrange(10**7):07d}", "tell_by": "sms", "lang": "fa", "answers": answers,
        "hazard": False, "outside": "111", "outside_ref": f"111-{chance.randrange(10**6)}",
    }  # fmt: skip


def _spots(chance: Random) -> list[tuple[float, float]]:
    """Points inside the city, drawn around its districts' middles."""
    middles = [(d.lat_e6, d.lon_e6) for d in places.districts() if d.lat_e6 and d.lon_e6]
    found: list[tuple[float, float]] = []
    while len(found) < SAMPLES:
        lat, lon = chance.choice(middles)
        lat, lon = lat + chance.randrange(-20_000, 20_000), lon + chance.randrange(-20_000, 20_000)
        if places.locate(lat, lon):
            found.append((lat / 1e6, lon / 1e6))
    return found


def encoded() -> list[str]:
    """The registrations as they are sent."""
    return [json.dumps(body, ensure_ascii=False) for body in bodies()]


def steps() -> list[tuple[str, dict[str, Any]]]:
    """The moves of one case from referral through a result sent back to its confirmation."""
    row = next(row for row in subjects.all() if not row.proof.get("nothing_found"))
    unit = units.owner_for(row.owner_code, places.districts()[0].id)
    if unit is None:
        raise LookupError(f"no unit answers for the subject {row.code}")
    result = {"given": {"finding": "nothing_found"}, "words": "به محل رفتیم و چنین موردی دیده نشد."}
    return [
        ("refer", {"given": {"unit": unit.code}, "words": "بازدید کنید و نتیجه را بگویید."}),
        ("accept", {}),
        ("report", result),
        ("send_back", {"words": "نشانی دقیق را دوباره ببینید."}),
        ("report", result),
        ("confirm", {}),
    ]
