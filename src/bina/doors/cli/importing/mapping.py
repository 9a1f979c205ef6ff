"""A source's mapping: which column is what, and which events a status stands for; read from mappings/NAME.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module, util
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bina.doors.cli.refusal import Refused

FOLDER = Path(__file__).parent / "mappings"
COLUMNS = (
    "old_code", "opened", "decided", "channel", "subject", "unit", "status", "district", "lat", "lon", "precision",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One event after the registration: its verb, which of the row's times is its own, what it carries."""

    verb: str
    at: str = ""
    due: bool = False
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Status:
    """What a status of the source means: the events, and the state (with its outcome) that they lead to."""

    ends: tuple[str, ...]
    events: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping as its file says it; `address` is the one thing that its module may say."""

    name: str
    city: str
    zone: ZoneInfo
    columns: Mapping[str, str]
    needed: tuple[str, ...]
    points: tuple[str, ...]
    channels: Mapping[str, str]
    units: Mapping[str, str]
    statuses: Mapping[str, Status]
    subject_by: str
    district_by: str
    address: Callable[[dict[str, Any]], str]


def names() -> list[str]:
    """The mappings there are."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def read(name: str) -> Table:
    """The mapping of this name; Refused, with the names there are, if there is none."""
    if name not in names():
        raise Refused(f"There is no mapping «{name}». There are: {', '.join(names())}.")
    told = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    lacking = [column for column in COLUMNS if column not in told["columns"]]
    if lacking:
        raise Refused(f"mappings/{name}.toml names no column for {', '.join(lacking)}.")
    where = f"{__package__}.mappings.{name}"
    module = import_module(where) if util.find_spec(where) else None
    return Table(
        name=name,
        city=told["city"],
        zone=ZoneInfo(told["zone"]),
        columns=told["columns"],
        needed=(*told["columns"].values(), *told.get("more", {}).values()),
        points=tuple(told["precision"]["point"]),
        channels=told["channel"],
        units=told["unit"],
        statuses={status: _status(line) for status, line in told["status"].items()},
        subject_by=told["subject_by"],
        district_by=told["district_by"],
        address=module.address if module else _no_address,
    )


def _status(told: dict[str, Any]) -> Status:
    return Status(tuple(told["ends"]), tuple(Step(**event) for event in told["events"]))


def _no_address(row: dict[str, Any]) -> str:
    return ""
