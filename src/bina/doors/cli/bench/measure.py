"""What `./bina bench` is asked for, and its list of figures."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module

from bina.doors.cli import figures
from bina.doors.cli.bench.place import standing
from bina.doors.cli.figures import Figure
from bina.doors.cli.refusal import Refused

NAMES = ("register", "statement", "change", "lag", "import")
# Measured only when named: the cities of screens take half an hour to make, memory takes as long as its requests.
SLOW = ("screens", "memory")


def run(argv: list[str]) -> int:
    """Prints the figures of what was asked for."""
    known = ", ".join((*NAMES, *SLOW))
    parser = argparse.ArgumentParser(prog="bina bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"what to measure: {', '.join(NAMES)} (all, if none); screens, memory"
    )
    parser.add_argument("--seconds", type=float, default=8.0, help="how long each is measured (8)")
    parser.add_argument("--clients", default="1,8,32", help="numbers of clients (1,8,32)")
    parser.add_argument("--data", metavar="FILE", help="the file that import brings in")
    parser.add_argument("--mapping", default="saopaulo_156", help="the mapping of that file (saopaulo_156)")
    parser.add_argument("--city", default="saopaulo", help="the city of that mapping (saopaulo)")
    parser.add_argument("--shapes", metavar="FILE", help="the shapes of that city's areas, if its folder has none")
    parser.add_argument("--cases", type=int, default=1_000_000, help="cases of the city of screens (1000000)")
    parser.add_argument("--requests", type=int, default=200_000, help="requests before memory is read (200000)")
    figures.option(parser)
    given = parser.parse_args(argv)
    unknown = set(given.names) - {*NAMES, *SLOW}
    if unknown:
        raise Refused(f"There is no measurement «{', '.join(sorted(unknown))}»; there are: {known}.")
    names = given.names or list(NAMES)
    clients = [int(part) for part in given.clients.split(",")]
    rows = [Figure("load", os.getloadavg()[0], "processes", note=f"{os.cpu_count()} processors, before the run")]
    with ExitStack() as held:
        if given.json:  # what the parts say of themselves is not a figure
            held.enter_context(_aside())
        asked = set(names) - {"import", *SLOW}
        if asked:
            place = held.enter_context(standing())
            bench = import_module("bina.doors.cli.bench.rates").Bench(place, given.seconds, clients)
            rows += bench.registering(statement="statement" in asked)
            rows += bench.changing() if "change" in asked else []
    if "import" in names:
        intake = import_module("bina.doors.cli.bench.intake")
        rows += intake.figures(given.mapping, given.data, given.city, given.shapes)
    if "memory" in names:
        rows += import_module("bina.doors.cli.bench.memory").figures(given.requests)
    if "screens" in names:
        rows += import_module("bina.doors.cli.bench.screens").figures(given.cases)
    rows.append(Figure("load", os.getloadavg()[0], "processes", note="after the run"))
    figures.show(rows, as_json=given.json)
    return 0


@contextmanager
def _aside() -> Iterator[None]:
    kept = sys.stdout
    sys.stdout = sys.stderr
    try:
        yield
    finally:
        sys.stdout = kept
