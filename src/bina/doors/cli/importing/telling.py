"""A row of a source told as a case's story, or a sentence why it cannot be."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from bina.doors.cli.importing.mapping import Step, Table
from bina.doors.cli.refusal import Refused
from bina.flow.cases.bulk import Story, Told
from bina.flow.cases.events import micros, moment
from bina.ground.catalogue import subjects
from bina.ground.city import desks, installation, places, units
from bina.ground.sla.calendars import worktime
from bina.ground.text.letters import canonical, one_line

Key = tuple[str, str, str]  # subject, district and status, in the words of the source
LONGEST_CODE = 200
LONGEST_ADDRESS = 500
OLDEST = 0  # microseconds: nobody kept such a history before 1970
FAR = 2_000_000  # micro-degrees from the city's origin; a point beyond is a mistake of the source
WRITTEN = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y")


class Rejected(Exception):
    """This row becomes no case; the sentence says why."""


def city_of(table: Table) -> None:
    """Refused unless this installation is the city that the mapping is for."""
    here = installation.current()
    if here.code != table.city:
        raise Refused(
            f"The mapping {table.name} is for the city {table.city}; this installation is {here.name} ({here.code}). "
            "Name the other one's folder: --home DIR"
        )


class Teller:
    """Tells the rows of one source; what the city's data say is looked up once. `now_us`: microseconds since 1970."""

    def __init__(self, table: Table, now_us: int) -> None:
        self.table, self.now_us = table, now_us
        here = installation.current()
        self.origin = here.origin_lat_e6, here.origin_lon_e6
        self.units = {word: self._unit(code) for word, code in table.units.items()}
        self.subjects = {one_line(getattr(row, table.subject_by)): row for row in subjects.all()}
        self.districts = {one_line(getattr(row, table.district_by)): row.id for row in places.districts()}
        self._registers: dict[tuple[str, str], dict[str, Any]] = {}
        self._dues: dict[tuple[str, int], int] = {}

    def _unit(self, code: str) -> units.UnitRow:
        row = units.by_code(code)
        if row is None:
            raise Refused(f"mappings/{self.table.name}.toml names the unit {code}, which this city does not have.")
        return row

    def words(self, row: dict[str, Any], field: str) -> str:
        """A field of the row as the source writes it; empty if it does not."""
        value = row[self.table.columns[field]]
        return "" if value is None else str(value)

    def key(self, row: dict[str, Any]) -> Key:
        """Under what a row is counted."""
        return self.words(row, "subject"), self.words(row, "district"), self.words(row, "status")

    def old_code(self, row: dict[str, Any]) -> str:
        """The row's own code; Rejected if there is none to keep it apart by."""
        code = one_line(self.words(row, "old_code"))
        if not code:
            raise Rejected("no code: the row cannot be told from others")
        if len(code) > LONGEST_CODE:
            raise Rejected(f"its code is longer than {LONGEST_CODE} letters")
        return code

    def story(self, row: dict[str, Any], old_code: str) -> Story:
        """The row as a case's story; Rejected with the reason if it cannot be one."""
        subject, district, status_word = self.key(row)
        status = self.table.statuses.get(status_word)
        if status is None:
            raise Rejected(f"unknown status: {status_word or '(empty)'}")
        opened = self._time(row, "opened")
        if opened is None:
            raise Rejected("no time of opening")
        if not OLDEST < opened <= self.now_us:
            raise Rejected(f"impossible time of opening: {self.words(row, 'opened')}")
        decided = self._time(row, "decided")
        if decided is not None and not opened <= decided <= self.now_us:
            decided = None
        register = self._register(subject, district) | self._place(row, district)
        address = canonical(self.table.address(row))[:LONGEST_ADDRESS]
        if register["place"] == "address" and not (address or district):
            register["place"] = "none"
        events, last = [], opened
        for step in status.events:
            at = {"opened": opened, "decided": decided}.get(step.at)
            last = at or last
            events.append(Told(step.verb, last, self._given(row, step, subject, no_time=at is None)))
        return Story(old_code, opened, self._channel(row), register, events, address=address)

    def _register(self, subject: str, district: str) -> dict[str, Any]:
        """What every registration of this subject in this district carries."""
        known = self._registers.get((subject, district))
        if known is not None:
            return known
        row = self.subjects.get(one_line(subject))
        if row is None:
            raise Rejected(f"unknown subject: {subject or '(empty)'}")
        given: dict[str, Any] = {
            "subject": row.id, "priority": row.priority, "hazard": bool(row.hazard), "sensitivity": row.sensitivity,
            "answer_window": row.answer_window_days, "guarantee": row.guarantee_days,
        }  # fmt: skip
        if district:
            district_id = self.districts.get(one_line(district))
            if district_id is None:
                raise Rejected(f"unknown district: {district}")
            given["district"] = district_id
            desk = desks.desk_for(district_id, None, row.group_code)
            if desk:
                given["desk"] = desk
        self._registers[subject, district] = given
        return given

    def _place(self, row: dict[str, Any], district: str) -> dict[str, Any]:
        """The point if the row has one of its own; else where its address came from."""
        precision = self.words(row, "precision")
        if precision not in self.table.points:
            return {"place": "address", "source": precision[:60]} if precision else {"place": "address"}
        lat, lon = (self._degrees_e6(row, name) for name in ("lat", "lon"))
        if lat is None or lon is None:
            return {"place": "address"}
        if abs(lat - self.origin[0]) > FAR or abs(lon - self.origin[1]) > FAR:
            return {"place": "address", "source": "point outside the city"}
        return {"place": "point", "lat": lat, "lon": lon}

    def _degrees_e6(self, row: dict[str, Any], field: str) -> int | None:
        value = row[self.table.columns[field]]
        if value is None:
            return None
        try:
            number = float(value)
        except ValueError:
            raise Rejected(f"{field} is no number: {str(value)[:60]}") from None
        return round(number * 1_000_000) if math.isfinite(number) and abs(number) <= 180 else None

    def _channel(self, row: dict[str, Any]) -> str:
        word = self.words(row, "channel")
        if not word:
            return "unknown"
        channel = self.table.channels.get(word)
        if channel is None:
            raise Rejected(f"unknown channel: {word[:60]}")
        return channel

    def _given(self, row: dict[str, Any], step: Step, subject: str, *, no_time: bool) -> dict[str, Any]:
        given = dict(step.given)
        if no_time:
            given["no_time"] = True
        if step.verb == "refer":
            word = self.words(row, "unit")
            unit = self.units.get(word)
            if unit is None:
                raise Rejected(f"unknown body: {word[:60] or '(empty)'}")
            given["unit"] = unit.id
            if step.due:
                given["due_at"] = self._due(unit.calendar_code, self.subjects[one_line(subject)])
        return given

    def _due(self, calendar: str, subject: subjects.SubjectRow) -> int:
        """The unit's deadline in epoch seconds: an open case's clock starts with the import."""
        known = self._dues.get((calendar, subject.id))
        if known is None:
            start = self.now_us // 1_000_000
            if subject.deadline_clock == "clock":
                known = start + subject.deadline_seconds
            else:
                known = micros(worktime(calendar).due(moment(start), subject.deadline_seconds)) // 1_000_000
            self._dues[calendar, subject.id] = known
        return known

    def _time(self, row: dict[str, Any], field: str) -> int | None:
        """One of the row's times, local to the city, in microseconds since 1970 UTC; None if it has none."""
        value = row[self.table.columns[field]]
        if value is None or value == "":
            return None
        read = value if isinstance(value, datetime) else _written(str(value))
        if read is None:
            raise Rejected(f"unreadable time ({field}): {str(value)[:60]}")
        try:
            return micros(read if read.tzinfo else read.replace(tzinfo=self.table.zone))
        except OverflowError:
            raise Rejected(f"impossible time ({field}): {str(value)[:60]}") from None


def _written(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for form in WRITTEN:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - local; the mapping's zone is put to it
        except ValueError:
            continue
    return None
