"""Makes the demo's cases: each walks a path of real moves, at times of the last sixty days."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw
from shapely.geometry import Point, shape

from bina.doors.cli.democity import paths, words
from bina.flow.cases import photos
from bina.flow.cases.contacts import contact
from bina.flow.cases.errors import CaseError
from bina.flow.cases.moves import By
from bina.flow.cases.register import Author, Key, Place, register
from bina.ground.catalogue import subjects
from bina.ground.city import places, units
from bina.ground.city.nearby import streets_near
from bina.ground.sla import clock, version

CASES = 260
DAYS = 60
SEED = 137
HOUR = 3600
# Contacts by hour of the day, after the morning peak that centres report.
HOURS = (1, 1, 1, 1, 1, 2, 4, 8, 12, 14, 14, 13, 11, 9, 8, 7, 7, 8, 8, 7, 6, 4, 3, 2)
SHARES = {"MHD-02": 18, "MHD-03": 22, "MHD-09": 11, "MHD-04": 10, "MHD-SM": 2, "MHD-12": 4, "MHD-05": 4}
GROUPS = {"01": 22, "02": 10, "03": 13, "04": 10, "05": 9, "06": 12, "07": 9, "08": 6, "09": 5, "10": 3, "12": 1}


def build(progress: Callable[[str], None] = print) -> int:
    """Builds the demo's cases, the same ones each time for the same moment; how many were made."""
    version.check(version.current())
    chance = Random(SEED)
    now = int(clock.now().timestamp())
    pictures = [photos.clean(_picture(i)) for i in range(4)]
    spots = {d.id: _inside(d.code, chance) for d in places.districts()}
    made = 0
    for i in range(CASES):
        try:
            _one(i, chance, now, spots, pictures)
            made += 1
        except CaseError as error:
            progress(f"case {i} of the demo was refused: {error.sentence}")
        if (i + 1) % 100 == 0:
            progress(f"{i + 1} of {CASES} cases")
    return made + _work_for_all(chance, now, spots, pictures)


def _work_for_all(chance: Random, now: int, spots: dict[int, Callable], pictures: list[photos.Photo]) -> int:
    """A case for every unit that somebody heads and that chance left without one, so that all have work waiting."""
    idle = [u for u in units.in_office() if units.has_inbox(u.id) and not paths.busy(u.id)]
    for n, unit in enumerate(idle):
        district = next((d for d in places.districts() if d.id == unit.area_id), chance.choice(places.districts()))
        subject = paths.subject_for(unit, chance)
        lat, lon = spots[district.id]()
        at = now - chance.randrange(3, 200) * HOUR
        done = register(
            by=By.CITIZEN, actor="citizen", channel="web", subject=subject.code, key=_key(n, "for all"), origin="demo",
            place=Place("point", lat, lon, f"{_street(lat, lon, chance)}، {chance.choice(words.PLACES)}"), at=at,
            words=words.said(subject.group_code, chance),
            author=Author(chance.choice(words.NAMES), words.phone(chance), "sms"),
        )  # fmt: skip
        paths.given_to(paths.Walk(done.case_id, subject, district.id, at, now, chance, pictures), unit)
    return len(idle)


def _picture(number: int) -> bytes:
    """A drawn stand-in for a crew's photo: a street, patched."""
    image = Image.new("RGB", (800, 600), (196, 201, 204))
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 600), (260, 230), (540, 230), (800, 600)], fill=(84, 88, 92))
    draw.rectangle([300 + 20 * number, 380, 470 + 20 * number, 470], fill=(48, 50, 53))
    draw.line([(400, 240), (400, 600)], fill=(226, 226, 214), width=8)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def _inside(code: str, chance: Random) -> Callable[[], tuple[int, int]]:
    """Draws points inside a district."""
    drawn = places.shapes("district")["features"]
    outline = shape(next(f["geometry"] for f in drawn if f["properties"]["code"] == code))
    west, south, east, north = outline.bounds

    def draw() -> tuple[int, int]:
        while True:
            lon, lat = chance.uniform(west, east), chance.uniform(south, north)
            if outline.contains(Point(lon, lat)):
                return round(lat * 1e6), round(lon * 1e6)

    return draw


def _began(chance: Random, now: int) -> int:
    """A moment of the last weeks, more often lately, at an hour when people call."""
    day = int(chance.triangular(0, DAYS, 6))
    hour = chance.choices(range(24), HOURS)[0]
    at = now - day * 86400 - (now + 12600) % 86400 + hour * HOUR + chance.randrange(HOUR)
    return min(at, now - chance.randrange(600, 6 * HOUR))


def _one(i: int, chance: Random, now: int, spots: dict[int, Callable], pictures: list[photos.Photo]) -> None:
    district = chance.choices(places.districts(), [SHARES.get(d.code, 7) for d in places.districts()])[0]
    group = chance.choices(list(GROUPS), list(GROUPS.values()))[0]
    subject = chance.choice(subjects.in_group(group))
    lat, lon = spots[district.id]()
    address = f"{_street(lat, lon, chance)}، {chance.choice(words.PLACES)}"
    at = _began(chance, now)
    channel = chance.choices(("phone", "web", "app", "sms"), (62, 18, 14, 6))[0]
    tell = chance.choices(("sms", "call", "none"), (60, 25, 15))[0]
    author = Author(chance.choice(words.NAMES), words.phone(chance), tell)
    operator = paths.somebody_of("operator", chance)
    done = register(
        by=By.OPERATOR if channel == "phone" else By.CITIZEN, actor=operator if channel == "phone" else "citizen",
        channel=channel, subject=subject.code, place=Place("point", lat, lon, address), words=words.said(group, chance),
        author=author, key=_key(i, "register"), hazard=subject.hazard and chance.random() < 0.5, origin="demo", at=at,
    )  # fmt: skip
    walk = paths.Walk(done.case_id, subject, district.id, at, now, chance, pictures)
    paths.walk(walk)
    if chance.random() < 0.2:
        _again(walk, author, i)


def _again(walk: paths.Walk, author: Author, i: int) -> None:
    """A recontact by the same person, at the end of what has happened so far."""
    chance = walk.chance
    for n in range(chance.choices((1, 2, 3), (7, 2, 1))[0]):
        if not walk.later(chance.randrange(2, 60) * HOUR):
            return
        contact(
            walk.case_id, kind="recontact", reason=chance.choice(("no_news", "promise_passed", "worse", "danger")),
            by=By.OPERATOR, actor=paths.somebody_of("operator", chance), channel="phone", author=author, origin="demo",
            words=chance.choice(words.AGAIN),
            key=_key(i, f"again{n}"), at=walk.at,
        )  # fmt: skip


def _street(lat: int, lon: int, chance: Random) -> str:
    """A known street near by with an alley number, as people say it."""
    names = streets_near(lat, lon, 3)
    return f"{chance.choice(names)} {chance.randrange(1, 60)}" if names else "خیابان اصلی"


def _key(i: int, what: str) -> Key:
    return Key("demo", uuid.uuid5(uuid.NAMESPACE_OID, f"demo {SEED} {i} {what}").hex, "demo", b"")
