"""What a city's folder says of the service: groups, subjects with their questions, constraints, others' matters."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bina.ground.catalogue.models import Answer, Constraint, Diversion, Group, Subject
from bina.ground.city.folder import Folder, Row
from bina.ground.city.sync import Table, Wanted, unique
from bina.ground.city.units import SUBDISTRICT_OWNER
from bina.ground.text.letters import one_line

GROUPS = Table("group", Group)
SUBJECTS = Table("subject", Subject, links={"group": Group})
CONSTRAINTS = Table("constraint", Constraint, order="rank")
ANSWERS = Table("answer", Answer, links={"subject": Subject})
DIVERSIONS = Table("diversion", Diversion)
ANSWER_FILE, ANSWER_MAX = "answers.csv", 1200  # letters that are read out at a telephone
GROUP_FILE, SUBJECT_FILE = "catalogue/groups.csv", "catalogue/subjects.csv"
QUESTION_FILE, CONSTRAINT_FILE = "catalogue/questions.csv", "catalogue/constraints.csv"
DIVERSION_FILE = "diversions.csv"

PROOFS = ("photo", "photo_before", "photo_after")
FINDINGS = {"done": "proof_done", "nothing_found": "proof_nothing", "already_fixed": "proof_fixed"}
KINDS = ("yesno", "choice", "text", "number")
CREDITS = ("N", "O", "C", "C*")
CHECKS = ("all", "sample", "none")
CONSTRAINT_GROUPS = ("legal", "utility", "plan", "credit", "season", "citizen", "other")
CONSTRAINT_OWNERS = ("up", "outside", "credit", "citizen", "other", "unit")
LONGEST_SECONDS = 2 * 366 * 86_400
SUBJECT_COLUMNS = (
    "code", "group", "name", "name_en", "owner", "onward", "deadline", "priority", "hazard", "credit", "driver",
    "sensitivity", "proof_done", "proof_nothing", "proof_fixed", "answer_window", "guarantee", "check",
    "first_answer", "result_promise", "place_required", "keywords",
)  # fmt: skip
_SPAN = re.compile(r"(\d{1,5})(h|c|m)")
_OPTION = re.compile(r"(?:([A-Za-z0-9_-]{1,40}):)?([^=]+)(?:=(.+))?")


@dataclass(frozen=True, slots=True)
class Owners:
    """The bodies that a subject or a constraint may name: codes of units, and of the districts of the city."""

    units: Collection[str]
    districts: Collection[str]

    def lacking(self, code: str) -> str:
        """Why a code names nobody; empty if it does. D-… must stand in every district, SD is the sub-district's."""
        if code == SUBDISTRICT_OWNER or code in self.units:
            return ""
        if not code.startswith("D-"):
            return f"“{code}” is no unit of units.csv"
        without = [district for district in self.districts if f"{district}/{code}" not in self.units]
        return f"“{code}” stands in units.csv for no district {', '.join(without)}" if without else ""


def read_groups(folder: Folder) -> list[Wanted]:
    """catalogue/groups.csv."""
    rows = []
    for row in folder.rows(GROUP_FILE, ("code", "name", "name_en")):
        values = {"code": row.code("code"), "name": row.text("name", needed=True), "name_en": row.text("name_en")}
        rows.append((row, Wanted(values)))
    return unique(GROUPS, rows)


def read_subjects(folder: Folder, groups: Collection[str], owners: Owners) -> list[Wanted]:
    """catalogue/subjects.csv with the questions of catalogue/questions.csv."""
    rows = [(row, _subject(row, groups, owners)) for row in folder.rows(SUBJECT_FILE, SUBJECT_COLUMNS)]
    if folder.has(QUESTION_FILE):
        subjects = {want.values["code"]: want.values for _, want in rows}
        for want in subjects.values():
            want["questions"] = []
        columns = ("subject", "code", "kind", "text", "text_en", "options", "hazard_if")
        for row in folder.rows(QUESTION_FILE, columns):
            _ask(row, subjects)
    return unique(SUBJECTS, rows)


def read_constraints(folder: Folder, owners: Owners) -> list[Wanted]:
    """catalogue/constraints.csv."""
    rows: list[tuple[Row, Wanted]] = []
    ranks: dict[int | None, str] = {}
    for row in folder.rows(CONSTRAINT_FILE, ("code", "name", "name_en", "group", "rank", "owner", "confirmer")):
        rank, confirmer = row.whole("rank", 1, 1_000_000), row.code("confirmer", needed=False) or None
        if rank is None:
            row.wrong("rank is empty")
        elif rank in ranks:
            row.wrong(f"rank {rank} is that of {ranks[rank]} already; the order must be total")
        ranks[rank] = row.code("code")
        if confirmer and (why := owners.lacking(confirmer)):
            row.wrong(f"confirmer {why}")
        values = {
            "code": row.code("code"),
            "name": row.text("name", needed=True),
            "name_en": row.text("name_en"),
            "grp": row.choice("group", CONSTRAINT_GROUPS),
            "rank": rank,
            "owner_kind": row.choice("owner", CONSTRAINT_OWNERS),
            "confirmer_code": confirmer,
        }
        rows.append((row, Wanted(values)))
    return unique(CONSTRAINTS, rows)


def read_answers(folder: Folder, subjects: Collection[str]) -> list[Wanted]:
    """answers.csv: the answer bank; a subject is named where the question belongs to one."""
    rows = []
    for row in folder.rows(ANSWER_FILE, ("code", "title", "body", "keywords", "subject", "owner")):
        subject = row.code("subject", needed=False) or None
        if subject and subject not in subjects:
            row.wrong(f"subject “{subject}” stands not in {SUBJECT_FILE}")
        body = row.text("body", needed=True)
        if len(body) > ANSWER_MAX:
            row.wrong(f"body is longer than the {ANSWER_MAX} letters that can be read out")
        values = {
            "code": row.code("code"),
            "title": row.text("title", needed=True),
            "body": body,
            "keywords": row.items("keywords"),
            "subject": subject,
            "owner": row.text("owner"),
        }
        rows.append((row, Wanted(values)))
    return unique(ANSWERS, rows)


def read_diversions(folder: Folder) -> list[Wanted]:
    """diversions.csv: emergencies and other bodies' matters."""
    rows = []
    columns = ("code", "name", "name_en", "number", "emergency", "sentence", "sentence_en", "keywords", "source")
    for row in folder.rows(DIVERSION_FILE, columns):
        number = row.code("number")
        if number and not (number.isascii() and number.isdigit() and len(number) <= 15):
            row.wrong(f"number “{number}” cannot be dialled; write digits alone")
        if not row.items("keywords"):
            row.wrong("keywords is empty: nothing would lead to it")
        values = {
            "code": row.code("code"),
            "name": row.text("name", needed=True),
            "name_en": row.text("name_en"),
            "number": number,
            "emergency": row.flag("emergency"),
            "sentence": row.text("sentence", needed=True),
            "sentence_en": row.text("sentence_en"),
            "keywords": row.items("keywords"),
            "source": row.text("source"),
        }
        rows.append((row, Wanted(values)))
    return unique(DIVERSIONS, rows)


def _subject(row: Row, groups: Collection[str], owners: Owners) -> Wanted:
    group, owner, onward = row.code("group"), row.code("owner"), row.items("onward")
    if group and group not in groups:
        row.wrong(f"group “{group}” stands not in {GROUP_FILE}")
    for column, codes in (("owner", [owner] if owner else []), ("onward", onward)):
        for code in codes:
            if why := owners.lacking(code):
                row.wrong(f"{column} {why}")
    deadline, deadline_clock = _span(row, "deadline")
    first, first_clock = _span(row, "first_answer")
    credit, result_promise = row.choice("credit", CREDITS), row.flag("result_promise")
    if result_promise and credit.startswith("C"):
        row.wrong(f"result_promise cannot be 1 with credit {credit}: nobody can promise the day the money comes")
    values = {
        "code": row.code("code"),
        "group": group,
        "name": row.text("name", needed=True),
        "name_en": row.text("name_en"),
        "owner_code": owner,
        "onward": onward,
        "deadline_seconds": deadline,
        "deadline_clock": deadline_clock,
        "priority": _needed(row, "priority", 1, 4),
        "hazard": row.flag("hazard"),
        "credit": credit,
        "driver": row.text("driver"),
        "sensitivity": row.whole("sensitivity", 0, 2) or 0,
        "proof": {finding: _proofs(row, column) for finding, column in FINDINGS.items()},
        "answer_window_days": _needed(row, "answer_window", 1, 366),
        "guarantee_days": _needed(row, "guarantee", 0, 3660),
        "check_results": row.choice("check", CHECKS),
        "first_answer_seconds": first,
        "first_answer_clock": first_clock,
        "result_promise": result_promise,
        "place_required": row.flag("place_required"),
        "keywords": row.items("keywords"),
        "source": row.text("source"),
    }
    return Wanted(values)


def _span(row: Row, column: str) -> tuple[int, str]:
    """72h is working hours, 2c hours at any time of day and night, 30m such minutes; in seconds."""
    value = row.code(column)
    found = _SPAN.fullmatch(value)
    seconds = int(found[1]) * (60 if found[2] == "m" else 3600) if found else 0
    if not 0 < seconds <= LONGEST_SECONDS:
        if value:
            row.wrong(f"{column} “{value}” is no span; write 72h (working hours), 2c (clock hours) or 30m (minutes)")
        return 0, "working"
    assert found is not None
    return seconds, "working" if found[2] == "h" else "clock"


def _needed(row: Row, column: str, least: int, most: int) -> int:
    value = row.whole(column, least, most)
    if value is None and not row.text(column):
        row.wrong(f"{column} is empty")
    return value if value is not None else least


def _proofs(row: Row, column: str) -> list[str]:
    proofs = row.items(column)
    for proof in proofs:
        if proof not in PROOFS:
            row.wrong(f"{column} “{proof}” is none of: {', '.join(PROOFS)}")
    return proofs


def _ask(row: Row, subjects: Mapping[str, dict[str, Any]]) -> None:
    subject = subjects.get(row.code("subject"))
    code, kind = row.code("code"), row.choice("kind", KINDS)
    options = [option for item in row.items("options") if (option := _option(row, item))]
    if kind == "choice" and len(options) < 2:
        row.wrong("a choice needs two options or more, separated by |")
    if kind != "choice" and options:
        row.wrong(f"a question of kind {kind} has no options")
    if len({option["code"] for option in options}) < len(options):
        row.wrong("two options are the same")
    question = {
        "code": code,
        "kind": kind,
        "text": row.text("text", needed=True),
        "text_en": row.text("text_en"),
        "options": options,
        "hazard_if": _dangers(row, kind, options),
    }
    if subject is None:
        row.wrong(f"subject “{row.code('subject')}” stands not in {SUBJECT_FILE}")
    elif code in [known["code"] for known in subject["questions"]]:
        row.wrong(f"question “{code}” of {subject['code']} stands already above")
    else:
        subject["questions"].append(question)


def _option(row: Row, item: str) -> dict[str, str] | None:
    """deep:گود=Deep, with code and English if there are any; without a code the text itself is the code."""
    found = _OPTION.fullmatch(item)
    if found is None:
        row.wrong(f"option “{item}” is not to be read; write code:متن or code:متن=English")
        return None
    text = one_line(found[2])
    return {"code": found[1] or text, "text": text, "text_en": one_line(found[3] or "")}


def _dangers(row: Row, kind: str, options: list[dict[str, str]]) -> list[str]:
    """The codes of the answers that tell of danger; written by their code or their text."""
    by_name = {option["text"]: option["code"] for option in options} | {o["code"]: o["code"] for o in options}
    if kind == "yesno":
        by_name = {"yes": "yes", "no": "no"}
    dangers = row.items("hazard_if")
    for danger in dangers:
        if danger not in by_name:
            row.wrong(f"hazard_if “{danger}” is no answer of this question")
    return [by_name[danger] for danger in dangers if danger in by_name]
