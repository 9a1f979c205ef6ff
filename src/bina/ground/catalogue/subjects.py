"""The subjects of the service: what can be asked for, with everything that follows from the subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from bina.ground.catalogue.models import Group, Subject
from bina.ground.city.dated import epoch, in_force, standing, this_day
from bina.ground.city.wordindex import WordIndex
from bina.ground.sla.version import per_version

# Words that say where, or for whom, rather than what.
WHERE = ("خانه", "خونه", "منزل", "کوچه", "خیابان", "خیابون", "محله", "شهر", "منطقه", "street", "house",
         "بچه", "بچه‌ها", "مردم", "همسایه", "همسایه‌ها")  # fmt: skip
NAME_WORTH, KEYWORD_WORTH, GROUP_WORTH = 1.0, 0.9, 0.4


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a question of kind choice."""

    code: str
    text: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked at intake; an answer in `hazard_if` (codes; yes and no for yesno) makes the case a hazard."""

    code: str
    text: str
    text_en: str
    kind: str  # yesno | choice | text | number
    options: tuple[Option, ...]
    hazard_if: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group of subjects, by its two digits."""

    id: int
    code: str
    name: str
    name_en: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """One subject. Times in seconds: `deadline_clock` and `first_answer_clock` say of working hours or of any hour."""

    id: int
    code: str
    group_id: int
    group_code: str
    name: str
    name_en: str
    owner_code: str
    onward: tuple[str, ...]
    deadline_seconds: int
    deadline_clock: str
    priority: int
    hazard: bool
    credit: str
    driver: str
    sensitivity: int
    questions: tuple[Question, ...]
    proof: Mapping[str, tuple[str, ...]]
    answer_window_days: int
    guarantee_days: int
    check_results: str
    first_answer_seconds: int
    first_answer_clock: str
    result_promise: bool
    place_required: bool
    keywords: tuple[str, ...]
    source: str
    valid_from: date
    valid_to: date | None


def by_id(subject_id: int) -> SubjectRow | None:
    """One subject, also one that has ended; None for an unknown id."""
    return _all()[0].get(subject_id)


def by_code(code: str) -> SubjectRow | None:
    """The subject of a code ("0101"), if it is in force today."""
    row = _all()[1].get(code)
    return row if row is not None and in_force(row, this_day()) else None


def all() -> tuple[SubjectRow, ...]:
    """The subjects in force today, by code."""
    return _in_force(epoch("catalogue.Subject"))


def in_group(group_code: str) -> tuple[SubjectRow, ...]:
    """The subjects of a group in force today, by code."""
    return tuple(row for row in all() if row.group_code == group_code)


def groups() -> tuple[GroupRow, ...]:
    """The groups in force today, by code."""
    return _groups(epoch("catalogue.Group"))


def find(text: str, limit: int = 10) -> list[SubjectRow]:
    """Subjects that a text may mean, best first: by any word of name, keywords or group, in any spelling."""
    rows, index = _index(epoch("catalogue.Subject"))
    return [rows[number] for number, _ in index.find(text, limit)]


@per_version
def _all() -> tuple[dict[int, SubjectRow], dict[str, SubjectRow]]:
    rows = [_row(subject) for subject in Subject.objects.select_related("group").order_by("code")]
    return {row.id: row for row in rows}, {row.code: row for row in rows}


@per_version
def _in_force(day: date) -> tuple[SubjectRow, ...]:
    return standing(_all()[0].values(), day)


@per_version
def _groups(day: date) -> tuple[GroupRow, ...]:
    rows = Group.objects.order_by("code")
    return standing((GroupRow(g.pk, g.code, g.name, g.name_en, g.valid_from, g.valid_to) for g in rows), day)


@per_version
def _index(day: date) -> tuple[tuple[SubjectRow, ...], WordIndex]:
    rows, called = _in_force(day), dict(Group.objects.values_list("code", "name"))
    return rows, WordIndex(
        [
            [
                (row.code, NAME_WORTH),
                (row.name, NAME_WORTH),
                (row.name_en, NAME_WORTH),
                *((word, KEYWORD_WORTH) for word in row.keywords),
                (called[row.group_code], GROUP_WORTH),
            ]
            for row in rows
        ],
        weak=WHERE,
    )


def _row(s: Subject) -> SubjectRow:
    return SubjectRow(
        id=s.pk, code=s.code, group_id=s.group_id, group_code=s.group.code, name=s.name, name_en=s.name_en,
        owner_code=s.owner_code, onward=tuple(s.onward), deadline_seconds=s.deadline_seconds,
        deadline_clock=s.deadline_clock, priority=s.priority, hazard=s.hazard, credit=s.credit, driver=s.driver,
        sensitivity=s.sensitivity, questions=tuple(_question(q) for q in s.questions),
        proof=MappingProxyType({finding: tuple(proofs) for finding, proofs in s.proof.items()}),
        answer_window_days=s.answer_window_days, guarantee_days=s.guarantee_days, check_results=s.check_results,
        first_answer_seconds=s.first_answer_seconds, first_answer_clock=s.first_answer_clock,
        result_promise=s.result_promise, place_required=s.place_required, keywords=tuple(s.keywords),
        source=s.source, valid_from=s.valid_from, valid_to=s.valid_to,
    )  # fmt: skip


def _question(q: dict[str, Any]) -> Question:
    options = tuple(Option(o["code"], o["text"], o.get("text_en", "")) for o in q.get("options", []))
    return Question(q["code"], q["text"], q.get("text_en", ""), q["kind"], options, tuple(q.get("hazard_if", [])))
