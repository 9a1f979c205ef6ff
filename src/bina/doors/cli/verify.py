"""`./bina verify`: replay, chain, seals and files of every stream; says what is wrong and where."""

from __future__ import annotations

import argparse
from pathlib import Path

import psycopg

from bina.config import config
from bina.doors.cli import figures
from bina.doors.cli.refusal import Refused
from bina.flow.cases import clerk, verify

SHOWN = 50


def run(argv: list[str]) -> int:
    """Prints what was looked at and every finding; 1 if there is one."""
    parser = argparse.ArgumentParser(prog="bina verify", description=__doc__)
    parser.add_argument("--against", metavar="SEAL", type=Path, help="a seal file kept elsewhere, to compare with")
    figures.option(parser)
    given = parser.parse_args(argv)
    if given.against and not given.against.exists():
        raise Refused(f"{given.against} is not there; name a seal's .json file.")
    report = check(config().home, against=given.against)
    rows = [
        figures.Figure(name, getattr(report, name), note=note)
        for name, note in (
            ("cases", "each replayed from its history"), ("events", "of cases, folded"),
            ("ledger", "lines, chained again from the first"), ("inbox", "events that wait for the clerk"),
            ("words", "messages and notes held against their events"), ("files", "photos"), ("seals", ""),
        )
    ]  # fmt: skip
    rows.append(figures.Figure("findings", len(report.findings), note="" if report.findings else "everything is true"))
    if given.json:
        rows += [figures.Figure(f.check, f.where, note=f.sentence) for f in report.findings]
    figures.show(rows, as_json=given.json)
    if not given.json:
        for finding in report.findings[:SHOWN]:
            print(f"  ✗ {finding.check}: {finding.where}: {finding.sentence}")
        if len(report.findings) > SHOWN:
            print(f"  … and {len(report.findings) - SHOWN} more; --json gives them all.")
    return 1 if report.findings else 0


def check(home: Path, *, against: Path | None = None) -> verify.Report:
    """Verifies this process's database with the files and seals of an installation's folder."""
    address = clerk.conninfo()
    report = verify.verify(address, files=home / "files", seals=home / "seals")
    if against is not None:
        with psycopg.connect(address) as connection:
            verify.against(connection, report, against)
    return report
