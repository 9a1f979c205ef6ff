"""Makes the demo's ninety days: cases that walk paths of real moves, and contacts that ended in the call."""

from __future__ import annotations

import io
import uuid
from collections import deque
from collections.abc import Callable
from pathlib import Path
from random import Random

from django.db import connection, transaction
from PIL import Image, ImageDraw
from shapely.geometry import Point
from shapely.geometry import shape as outline_of

from bina.doors.cli.democity import decisions, paths, shape, words
from bina.doors.cli.democity.shape import DAY, HOUR
from bina.flow.cases import photos
from bina.flow.cases.errors import CaseError
from bina.flow.cases.instant import instant
from bina.flow.cases.moves import By
from bina.flow.cases.register import Author, Key, Place, register
from bina.ground.catalogue import subjects
from bina.ground.city import places, units
from bina.ground.city.nearby import streets_near
from bina.ground.sla import clock, version

CASES, INSTANT = 3000, 4000
SEED = 137
BATCH = 100
FIRST = "MHD-03"  # the district whose people stand first on the entrance
CALLER = "+989990000404"  # who has asked three times and rings when the demo opens


class Builder:
    """One building of a demo city: the same each time for the same moment and folder."""

    def __init__(self, folder: Path, progress: Callable[[str], None]) -> None:
        version.check(version.current())
        self.folder, self.progress = folder, progress
        self.now = int(clock.now().timestamp())
        self.pictures = {s: [photos.clean(_picture(i, s)) for i in range(4)] for s in ("before", "after")}
        self.chance = Random(SEED)
        self.spots = {d.id: _inside(d.code, self.chance) for d in places.districts()}
        self.subjects: dict[str, list[subjects.SubjectRow]] = {}
        for row in subjects.all():
            self.subjects.setdefault(row.group_code, []).append(row)
        self.slow = {d.id: self.chance.uniform(0.6, 1.7) for d in places.districts()}
        self.known: deque[Author] = deque(maxlen=400)

    def cases(self, count: int) -> int:
        """Registers so many cases over the days and lets each walk its path; how many were made."""
        made = 0
        for i, at in enumerate(shape.moments(count, self.chance, self.now)):
            try:
                with transaction.atomic():
                    self._one(i, at)
                made += 1
            except CaseError as error:
                self.progress(f"case {i} of the demo was refused: {error.sentence}")
            if (i + 1) % 500 == 0:
                self.progress(f"{i + 1} of {count} cases")
        return made

    def _one(self, i: int, at: int) -> None:
        chance = self.chance
        district = chance.choices(places.districts(), [shape.SHARES.get(d.code, 7) for d in places.districts()])[0]
        subject = shape.subject_of(district, self.subjects, chance)
        rain = shape.stormy(at, self.now) and chance.random() < 0.45
        if rain:
            subject = subjects.by_code("0201") or subject
        channel = chance.choices(("phone", "web", "app", "sms"), (62, 18, 14, 6))[0]
        author = self._author()
        operator = paths.somebody_of("operator", chance)
        lat, lon = self.spots[district.id]()
        done = register(
            by=By.OPERATOR if channel == "phone" else By.CITIZEN,
            actor=operator if channel == "phone" else "citizen", channel=channel, subject=subject.code,
            place=Place("point", lat, lon, f"{_street(lat, lon, chance)}، {chance.choice(words.PLACES)}"),
            words=words.said(self.folder, subject.code, chance, rain=rain), author=author, key=_key(i, "register"),
            hazard=subject.hazard and chance.random() < 0.5, origin="demo", at=at,
        )  # fmt: skip
        walk = self.walk(done.case_id, subject, district.id, at)
        walk.again = self._again(at, author)
        paths.walk(walk)

    def walk(self, case_id: int, subject: subjects.SubjectRow, district_id: int, at: int) -> paths.Walk:
        """A walk of a case that has just been registered."""
        return paths.Walk(case_id, subject, district_id, at, self.now, self.chance, self.pictures, _contact(case_id),
                          slow=self.slow[district_id] * self.chance.uniform(0.6, 1.5))  # fmt: skip

    def _author(self) -> Author:
        """Mostly somebody new; one in eight has called before about something else."""
        if self.known and self.chance.random() < 0.12:
            return self.chance.choice(self.known)
        tell = self.chance.choices(("sms", "call", "none"), (60, 25, 15))[0]
        author = Author(words.name(self.chance), words.phone(self.chance), tell)
        self.known.append(author)
        return author

    def _again(self, at: int, author: Author) -> list[paths.Again]:
        """The further messages that this case is to get, in their order."""
        chance, found = self.chance, []
        moment = at
        for _n in range(chance.choices(list(shape.RECONTACTS), list(shape.RECONTACTS.values()))[0]):
            moment += int(chance.uniform(0.7, 6) * DAY)
            moment = shape.opened(moment, *paths.CENTRE, fridays=True, chance=chance)
            found.append(paths.Again(moment, "recontact", author, words.again(chance)))
        if chance.random() < shape.SIMILAR:
            other = Author(words.name(chance), words.phone(chance), "sms")
            near = at + int(chance.uniform(0.1, 4) * DAY)
            found.append(paths.Again(near, "similar", other, words.also(chance)))
        return sorted(found, key=lambda message: message.at)

    def instants(self, count: int) -> None:
        """Contacts that ended in the call: asked and answered, passed on, thanks, suggestions, abuse."""
        chance = self.chance
        moments = shape.moments(count, chance, self.now)
        quarters = places.areas("neighbourhood")
        for first in range(0, count, BATCH):
            with transaction.atomic():
                for at in moments[first : first + BATCH]:
                    quarter = chance.choice(quarters)
                    kind = chance.choices(list(shape.INSTANT), list(shape.INSTANT.values()))[0]
                    where = places.locate(quarter.lat_e6, quarter.lon_e6) if quarter.lat_e6 and quarter.lon_e6 else None
                    instant(
                        by=By.OPERATOR, actor=paths.somebody_of("operator", chance), channel="phone", kind=kind,
                        words=words.instant(self.folder, kind, quarter.name, chance), origin="demo", at=at,
                        district_id=where.district.id if where else None,
                        author=Author(phone=words.phone(chance) if chance.random() < 0.7 else None),
                    )  # fmt: skip
        self.progress(f"{count} contacts answered in the call")

    def work_for_all(self) -> int:
        """A case for every unit that somebody heads and that chance left without one, so that all have work waiting."""
        idle = [u for u in units.in_office() if units.has_inbox(u.id) and not paths.busy(u.id)]
        for n, unit in enumerate(idle):
            district = next((d for d in places.districts() if d.id == unit.area_id), None)
            district = district or self.chance.choice(places.districts())
            subject = paths.subject_for(unit, self.chance)
            at = self.now - self.chance.randrange(3, 200) * HOUR
            author = Author(words.name(self.chance), words.phone(self.chance), "sms")
            paths.given_to(self._told(f"for all {n}", subject, district.id, at, author), unit)
        return len(idle)

    def caller(self) -> None:
        """Somebody of the third district whose pothole is promised for tomorrow, and who has asked three times."""
        subject, district = subjects.by_code("0101"), places.area_by_code(FIRST)
        unit = units.owner_for(subject.owner_code, district.id) if subject and district else None
        if subject is None or district is None or unit is None:
            return
        at = self.now - 9 * DAY
        author = Author("معصومه قربانی", CALLER, "sms")
        walk = self._told("caller", subject, district.id, at, author)
        walk.again = [
            paths.Again(at + days * DAY + 2 * HOUR, "recontact", author, text)
            for days, text in (
                (3, "هنوز کسی نیامده."),
                (5, "گفتید تا دیروز خبر می‌دهید."),
                (7, "چرخ ماشین همسایه هم شکست."),
            )
        ]
        paths.promised(walk, unit, "اکیپ آسفالت فردا صبح می‌آید؛ تا ظهر چاله پر می‌شود.")

    def decisions(self) -> int:
        """What waits for each district's supervisor and experts, and streets that wait for money; how many cases."""
        made = 0
        for district in places.districts():
            first = 0 if district.code == FIRST else 1
            for kind, count in (
                ("bounced", decisions.BOUNCED[first]), ("objected", decisions.OBJECTED[first]),
                ("to_check", decisions.TO_CHECK[first]), ("credit", 2 - first),
            ):  # fmt: skip
                for n in range(count):
                    made += self._decision(kind, n, district)
        return made

    def _decision(self, kind: str, n: int, district: places.AreaRow) -> int:
        code, days = {
            "bounced": ("0301", decisions.BOUNCED_DAYS + n), "objected": ("0107", 6), "credit": ("0103", 40 + 9 * n),
            "to_check": (("0101", "0106", "0203")[n % 3], decisions.BOUNCED_DAYS),
        }[kind]  # fmt: skip
        subject = subjects.by_code(code)
        unit = units.owner_for(subject.owner_code, district.id) if subject else None
        if subject is None or unit is None:
            return 0
        at = self.now - days * DAY
        author = Author(words.name(self.chance), words.phone(self.chance), "sms")
        walk = self._told(f"{kind} {n} {district.code}", subject, district.id, at, author)
        if kind == "bounced":
            decisions.bounced_twice(walk, unit)
        elif kind == "objected":
            decisions.objected(walk)
        elif kind == "to_check":
            decisions.to_check(walk, unit)
        else:
            walk.again = [paths.Again(at + days * DAY, "recontact", author, "پول کوچهٔ ما چه شد؟") for days in (9, 20)]
            decisions.waits_for_credit(walk, unit)
        return 1

    def _told(
        self, key: str, subject: subjects.SubjectRow, district_id: int, at: int, author: Author
    ) -> paths.Walk:  # fmt: skip
        lat, lon = self.spots[district_id]()
        done = register(
            by=By.CITIZEN, actor="citizen", channel="web", subject=subject.code, key=_key(0, key), origin="demo",
            place=Place("point", lat, lon, f"{_street(lat, lon, self.chance)}، {self.chance.choice(words.PLACES)}"),
            words=words.said(self.folder, subject.code, self.chance), at=at, author=author,
        )  # fmt: skip
        return self.walk(done.case_id, subject, district_id, at)


def build(
    folder: Path, progress: Callable[[str], None] = print, *, cases: int = CASES, instants: int = INSTANT
) -> int:  # fmt: skip
    """Builds the demo's days in the city of a folder; how many cases were made."""
    # An interrupted building is thrown away whole at the next start: only its end has to be on the disk.
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    builder = Builder(folder, progress)
    made = builder.cases(cases)
    builder.instants(instants)
    builder.caller()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
    return made + builder.work_for_all() + builder.decisions() + 1


def _contact(case_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM cases_contact WHERE case_id = %s::bigint", [case_id])
        return int(cursor.fetchone()[0])


def _picture(number: int, stage: str) -> bytes:
    """A drawn stand-in for a crew's photo: a street with a hole, or the same street patched."""
    image = Image.new("RGB", (800, 600), ((188, 205, 222), (214, 206, 190), (176, 184, 190), (201, 214, 226))[number])
    draw = ImageDraw.Draw(image)
    for house in range(5):
        top = 90 + (house * 37 + number * 53) % 90
        draw.rectangle([house * 160, top, house * 160 + 150, 250], fill=(170 - house * 9, 150, 128 + number * 8))
    draw.polygon([(0, 600), (250, 230), (550, 230), (800, 600)], fill=(104, 107, 110))
    draw.line([(400, 240), (400, 600)], fill=(226, 226, 214), width=8)
    spot = [250 + 40 * number, 400, 430 + 40 * number, 490]
    if stage == "before":
        draw.ellipse(spot, fill=(58, 52, 46), outline=(132, 120, 104), width=7)
    else:
        draw.rectangle(spot, fill=(44, 46, 49))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def _inside(code: str, chance: Random) -> Callable[[], tuple[int, int]]:
    """Draws points inside a district."""
    drawn = places.shapes("district")["features"]
    outline = outline_of(next(f["geometry"] for f in drawn if f["properties"]["code"] == code))
    west, south, east, north = outline.bounds

    def draw() -> tuple[int, int]:
        while True:
            lon, lat = chance.uniform(west, east), chance.uniform(south, north)
            if outline.contains(Point(lon, lat)):
                return round(lat * 1e6), round(lon * 1e6)

    return draw


def _street(lat: int, lon: int, chance: Random) -> str:
    """A known street near by with an alley number, as people say it."""
    names = streets_near(lat, lon, 3)
    return f"{chance.choice(names)} {chance.randrange(1, 60)}" if names else "خیابان اصلی"


def _key(i: int, what: str) -> Key:
    return Key("demo", uuid.uuid5(uuid.NAMESPACE_OID, f"demo {SEED} {i} {what}").hex, "demo", b"")
