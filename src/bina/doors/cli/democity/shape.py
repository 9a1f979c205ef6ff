"""The shape of a demo's ninety days: what is asked where, on which day and hour, and how often each thing happens.

The shares follow published figures of Iranian 137 centres: six contacts in ten end in the call; building supervision
first in the rich districts, asphalt first in the fringe; one message in seven is a repeat, one referral in eight
comes back; nineteen in twenty are answered and about six in ten are really done.
"""

from __future__ import annotations

from random import Random

from bina.ground.catalogue.subjects import SubjectRow
from bina.ground.city.places import AreaRow

DAYS = 90
HOUR, DAY = 3600, 86400
ZONE = 12600  # seconds of the city's zone before UTC; no summer time since 1402
# Contacts by hour of the day, after the morning peak that centres report.
HOURS = (1, 1, 1, 1, 1, 2, 4, 8, 12, 14, 14, 13, 11, 9, 8, 7, 7, 8, 8, 7, 6, 4, 3, 2)
STORMS = (17, 46)  # days ago on which it rained hard; the day after is busy too
SHARES = {"MHD-02": 15, "MHD-03": 12, "MHD-09": 10, "MHD-04": 9, "MHD-SM": 2, "MHD-12": 4, "MHD-05": 6, "MHD-08": 5}
GROUPS = {
    "01": 20,
    "02": 11,
    "03": 12,
    "04": 8,
    "05": 7,
    "06": 9,
    "07": 15,
    "08": 6,
    "09": 5,
    "10": 4,
    "11": 2,
    "12": 1,
}
# What people ask for most within a group; all others weigh 2.
OFTEN = {
    "0101": 12, "0106": 6, "0104": 5, "0110": 4, "0202": 8, "0203": 5, "0201": 1, "0301": 10, "0303": 4, "0306": 0,
    "0401": 6, "0404": 6, "0402": 4, "0502": 6, "0501": 3, "0601": 7, "0602": 5, "0605": 4, "0701": 9, "0702": 7,
    "0801": 2, "0806": 4, "0807": 4, "0901": 9, "1001": 7, "1002": 4, "1101": 4, "1202": 1, "1204": 1,
}  # fmt: skip
# Of a hundred subjects asked in a rich district (1) and in the fringe (5).
TILT = {"01": (0.6, 1.5), "02": (0.8, 1.3), "07": (1.7, 0.7), "06": (1.3, 0.8), "05": (1.2, 0.8)}
INSTANT = {"question": 70, "passed_on": 15, "thanks": 5, "suggestion": 5, "abuse": 5}
RECONTACTS = {0: 89, 1: 6.4, 2: 2.6, 3: 1.3, 4: 0.7}  # how often one case is asked after
SIMILAR = 0.03  # a neighbour tells the same
BOUNCES = 0.14
# Where a case's path leads if there is time enough; some get stuck on the way.
ENDS = {
    "confirmed": 44, "unheard": 15, "nothing": 8, "disputed": 7, "inspected": 2, "waiting": 8, "declined": 3,
    "proposed": 2, "handed": 6, "registered": 0.7, "referred": 1, "seen": 1.5, "accepted": 2.5, "withdrawn": 0.8,
}  # fmt: skip


STUCK = frozenset({"registered", "referred", "seen", "accepted"})
STUCK_DAYS, UNDECIDED_DAYS, DANGER_HOURS = 21, 6, 12  # after so long somebody has noticed


def end_of(at: int, now: int, chance: Random) -> str:
    """Where the path of a case that began then leads: what would lie too long by now has been found and goes on."""
    end = chance.choices(list(ENDS), list(ENDS.values()))[0]
    if end in STUCK and now - at > STUCK_DAYS * DAY:
        return "confirmed"
    return "declined" if end == "proposed" and now - at > UNDECIDED_DAYS * DAY else end


def end_of_danger(end: str, at: int, now: int) -> str:
    """Where danger leads instead: it does not lie for days, and does not go away because its author takes it back."""
    if end == "withdrawn" or (end in STUCK | {"proposed"} and now - at > DANGER_HOURS * HOUR):
        return "confirmed"
    return end


def _local_day(at: int) -> int:
    """Days since 1970 in the city's zone; day 0 was a Thursday."""
    return (at + ZONE) // DAY


def friday(at: int) -> bool:
    """Whether a moment falls on a Friday in the city."""
    return _local_day(at) % 7 == 1


def moments(count: int, chance: Random, now: int) -> list[int]:
    """When so many contacts began, oldest first: fewer on Fridays, twice as many in a storm, most at ten o'clock."""
    today = _local_day(now)
    days = range(today - DAYS + 1, today + 1)
    weights = []
    for day in days:
        weight = 0.55 if day % 7 == 1 else 0.8 if day % 7 == 0 else 1.0
        ago = today - day
        weights.append(weight * (2.2 if ago in STORMS else 1.5 if ago + 1 in STORMS else 1.0))
    found: list[int] = []
    while len(found) < count:
        day = chance.choices(days, weights)[0]
        at = day * DAY - ZONE + chance.choices(range(24), HOURS)[0] * HOUR + chance.randrange(HOUR)
        if at < now - 600:
            found.append(at)
    return sorted(found)


def stormy(at: int, now: int) -> bool:
    """Whether it rained hard that day."""
    return _local_day(now) - _local_day(at) in STORMS


def subject_of(district: AreaRow, rows: dict[str, list[SubjectRow]], chance: Random) -> SubjectRow:
    """What somebody of a district asks for; `rows`: the subjects by group."""
    level = int((district.development or {}).get("level") or 3)
    weights = []
    for group, share in GROUPS.items():
        rich, fringe = TILT.get(group, (1.0, 1.0))
        weights.append(share * (rich + (fringe - rich) * (level - 1) / 4))
    group = chance.choices(list(GROUPS), weights)[0]
    return chance.choices(rows[group], [OFTEN.get(s.code, 2) for s in rows[group]])[0]


def opened(at: int, first: float, last: float, *, fridays: bool, chance: Random) -> int:
    """The moment itself if it falls between two hours of a day on which one works, else soon after the next opening."""
    for _day in range(3):
        day = _local_day(at)
        start, end = day * DAY - ZONE + int(first * HOUR), day * DAY - ZONE + int(last * HOUR)
        if at < start:
            at = start + chance.randrange(2 * HOUR)
        if at < end and (fridays or not friday(at)):
            return at
        at = (day + 1) * DAY - ZONE + int(first * HOUR) + chance.randrange(2 * HOUR)
    return at
