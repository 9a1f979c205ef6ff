"""What became of a source's rows: progress while it goes on, the rejections, and the reconciliation at the end."""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from bina.doors.cli import figures
from bina.doors.cli.importing.folding import Cell, Key, Parcel, Rejection
from bina.doors.cli.importing.mapping import Table
from bina.doors.cli.refusal import Refused
from bina.ground.text.letters import one_line

SHOWN = 20  # of reasons and of cells that differ


@dataclass(frozen=True, slots=True)
class Line:
    """One cell of the reconciliation: how many rows of the source, how many rejected, how many cases there are."""

    subject: str
    district: str
    status: str
    rows: int
    rejected: int
    cases: int

    @property
    def exact(self) -> bool:
        """Whether every row is a case or a rejection."""
        return self.rows == self.rejected + self.cases


@dataclass
class Outcome:
    """The counts of one run; `cases` and `rejected` by subject, district and status in the words of the source."""

    table: Table
    report: Path
    began: float = field(default_factory=time.perf_counter)
    seconds: float = 0.0
    rows: int = 0
    new: int = 0
    known: int = 0
    earlier: int = 0  # cases that this run brought in before it had to begin again
    events: int = 0
    share: float = 0.0
    longest: float = 0.0  # seconds of the longest batch: how long the clerk waited
    cases: Counter[Key] = field(default_factory=Counter)
    rejected: Counter[Key] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    rejections: int = 0
    memory: tuple[int, int] = (0, 0)  # bytes at most, of both processes
    cpu: float = 0.0  # seconds of work of both processes, without the database's
    lines: list[Line] = field(default_factory=list)

    def add(self, parcel: Parcel) -> None:
        """Counts one parcel that is in."""
        self.rows += parcel.rows
        self.share = parcel.share
        self.known += parcel.known
        self.new += parcel.formed.cases if parcel.formed is not None else 0
        self.cases.update(parcel.cases)
        self.rejections += len(parcel.rejections)
        for rejection in parcel.rejections:
            self.reasons[rejection.reason.split(":")[0]] += 1
            self.rejected[rejection.key or ("", "", "")] += 1

    def again(self) -> None:
        """Begins at the first row once more; what came in so far is this run's all the same."""
        self.earlier = self.new
        self.rows = self.known = self.rejections = 0
        self.cases, self.rejected, self.reasons = Counter(), Counter(), Counter()

    def ended(self) -> None:
        """Stops the watch: the last event is in the ledger."""
        self.known -= self.earlier
        self.seconds = time.perf_counter() - self.began

    @property
    def exact(self) -> bool:
        """Whether the database agrees with the source to the last row."""
        return all(line.exact for line in self.lines) and self.rows == self.new + self.known + self.rejections


def reconcile(outcome: Outcome, cells: Iterable[Cell]) -> None:
    """Holds what the database says against what was read, cell by cell."""
    word_of = _words(outcome.table)
    found: Counter[Key] = Counter()
    for subject, district, state, ended, count in cells:
        ends = (state, ended) if ended else (state,)
        found[one_line(subject), one_line(district), word_of.get(ends, " ".join(ends))] += count
    read, rejected = (_tidy(outcome.table, counter) for counter in (outcome.cases, outcome.rejected))
    outcome.lines = [
        Line(*key, rows=read[key] + rejected[key], rejected=rejected[key], cases=found[key])
        for key in sorted(read.keys() | rejected.keys() | found.keys())
    ]


def _words(table: Table) -> dict[tuple[str, ...], str]:
    """The first of the source's statuses that leads to each end."""
    return {status.ends: word for word, status in reversed(list(table.statuses.items()))}


def _tidy(table: Table, counter: Counter[Key]) -> Counter[Key]:
    """The same counts with words as the city's data write them, and one word for statuses that mean the same."""
    word_of = _words(table)
    tidied: Counter[Key] = Counter()
    for (subject, district, word), count in counter.items():
        status = table.statuses.get(word)
        tidied[one_line(subject), one_line(district), word_of[status.ends] if status else word] += count
    return tidied


def cells_path(report: Path) -> Path:
    """Where the reconciliation stands, beside the rejections."""
    return report.with_name(f"{report.stem.removesuffix('-rejections')}-reconciliation.csv")


def write_cells(outcome: Outcome) -> None:
    """The reconciliation, every cell, as CSV."""
    with cells_path(outcome.report).open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["subject", "district", "status", "rows", "rejected", "cases"])
        rows.writerows((i.subject, i.district, i.status, i.rows, i.rejected, i.cases) for i in outcome.lines)


class RejectionFile:
    """The CSV of rows that became no case; written as the batches go in."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> RejectionFile:
        try:
            self._file = self.path.open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise Refused(f"{self.path} cannot be written: {error.strerror}. Name another: --report FILE") from None
        self._rows = csv.writer(self._file, lineterminator="\n")
        self._rows.writerow(["row", "code", "reason"])
        return self

    def write(self, rejections: Iterable[Rejection]) -> None:
        """Adds these, in the order of the source."""
        ordered = sorted(rejections, key=lambda rejection: rejection.number)
        self._rows.writerows((rejection.number, rejection.old_code, rejection.reason) for rejection in ordered)
        self._file.flush()

    def __exit__(self, *_: object) -> None:
        self._file.close()


class Progress:
    """One line that says how far, how fast and how long still; on a file or pipe only every ten seconds."""

    def __init__(self, out: IO[str]) -> None:
        self.out, self.last = out, 0.0

    def __call__(self, outcome: Outcome) -> None:
        spent = time.perf_counter() - outcome.began
        terminal = self.out.isatty()
        if not terminal and spent - self.last < 10:
            return
        self.last = spent
        left = f", {spent / outcome.share * (1 - outcome.share):,.0f} s left" if 0 < outcome.share < 1 else ""
        text = f"{outcome.share:4.0%}  {outcome.rows:,} rows, {outcome.rows / spent:,.0f} rows/s{left}"
        self.out.write(f"\r{text:<70}" if terminal else f"{text}\n")
        if terminal and outcome.share >= 1:
            self.out.write("\n")
        self.out.flush()


def print_outcome(outcome: Outcome, *, as_json: bool) -> None:
    """The counts, the reconciliation by status, and each cell that differs."""
    differ = [line for line in outcome.lines if not line.exact]
    rows: list[figures.Figure] = [
        figures.Figure("source rows", outcome.rows),
        figures.Figure("new cases", outcome.new, note="0 new" if not outcome.new else ""),
        figures.Figure("in already", outcome.known),
        figures.Figure("rejected", outcome.rejections, note=str(outcome.report) if outcome.rejections else ""),
        figures.Figure("events in the ledger", outcome.events),
        figures.Figure("time", round(outcome.seconds, 1), "s"),
        figures.Figure("speed", round(outcome.rows / max(outcome.seconds, 0.001)), "rows/s"),
        figures.Figure("work", round(outcome.cpu / max(outcome.rows, 1) * 1e6), "µs of CPU a row",
                       note="both processes, start included; without the database's"),
        figures.Figure("longest batch", round(outcome.longest, 2), "s", limit=1.0),
        figures.Figure("memory", round(sum(outcome.memory) / 1e6), "MB", limit=500, note="both processes, at most"),
        *(_by_status(outcome)),
        figures.Figure(
            "reconciliation", "exact" if outcome.exact else "NOT EXACT",
            note=f"{len(outcome.lines)} cells subject × district × status, {len(differ)} differ: "
            f"{cells_path(outcome.report)}",
        ),
    ]  # fmt: skip
    figures.show(rows, as_json=as_json)
    if as_json:
        return
    for reason, count in outcome.reasons.most_common(SHOWN):
        print(f"  ✗ {count:,} × {reason}")
    for line in differ[:SHOWN]:
        print(f"  ✗ {line.subject} · {line.district} · {line.status}: {line.rows} rows, {line.rejected} rejected, "
              f"{line.cases} cases")  # fmt: skip


def _by_status(outcome: Outcome) -> list[figures.Figure]:
    totals: dict[str, list[int]] = {}
    for line in outcome.lines:
        sums = totals.setdefault(line.status or "(no status)", [0, 0, 0])
        for place, value in enumerate((line.rows, line.rejected, line.cases)):
            sums[place] += value
    return [
        figures.Figure(status, rows, "rows", note=f"= {cases} cases + {rejected} rejected")
        for status, (rows, rejected, cases) in totals.items()
    ]
