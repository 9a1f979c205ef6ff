"""`./bina migrate`: brings the tables of the database to this version, as its owner."""

from __future__ import annotations

import argparse

from bina.config import config
from bina.doors.cli import installation


def run(argv: list[str]) -> int:
    """Migrates while nothing else of the installation runs, and says what was done."""
    argparse.ArgumentParser(prog="bina migrate", description=__doc__).parse_args(argv)
    settings = config()
    installation.prepare(settings.home)
    with installation.alone(settings.home), installation.addresses(settings) as urls:
        print(installation.migrate(urls).strip())
    return 0
