"""`./bina worker` and `./bina clerk`: the parts of a running system, each by itself."""

from __future__ import annotations

import argparse
import logging
import sys

from bina.doors.cli.installation import open_database

LOG = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def worker(argv: list[str]) -> int:
    """Does what is due: timers, seals, readers of the history, jobs; until SIGTERM, then ends the job in hand."""
    argparse.ArgumentParser(prog="bina worker", description=worker.__doc__).parse_args(argv)
    logging.basicConfig(level=logging.INFO, format=LOG, stream=sys.stderr)
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    with open_database():
        from bina import schedule

        schedule.work()
    return 0


def clerk(argv: list[str]) -> int:
    """Enters committed events in the ledger, numbered and chained; until SIGTERM."""
    argparse.ArgumentParser(prog="bina clerk", description=clerk.__doc__).parse_args(argv)
    logging.basicConfig(level=logging.INFO, format=LOG, stream=sys.stderr)
    with open_database():
        from bina.flow.cases import clerk as cases

        cases.run()
    return 0
