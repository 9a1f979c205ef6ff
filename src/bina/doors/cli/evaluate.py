"""`./bina evaluate NAME FILE…`: quality against data whose right answers are known."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from bina.doors.cli import figures
from bina.doors.cli.refusal import Refused

# What can be evaluated: its module (with `evaluate(paths) -> (figures, lines)`), and what it says of itself.
NAMES = {
    "places": ("evaluate_places", "find every place of a list of names from twelve spellings made by rule"),
}  # fmt: skip


def run(argv: list[str]) -> int:
    """Prints the figures and what was missed; 1 if a figure falls short of its bound."""
    told = "\n".join(f"  {name:<10}{says}" for name, (_, says) in NAMES.items())
    parser = argparse.ArgumentParser(
        prog="bina evaluate", description=f"{__doc__}\n\nNAME is one of:\n{told}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("name", metavar="NAME", choices=NAMES, help=", ".join(NAMES))
    parser.add_argument("file", metavar="FILE", nargs="+", type=Path, help="the data; several are read as one")
    figures.option(parser)
    given = parser.parse_args(argv)
    if missing := [str(path) for path in given.file if not path.is_file()]:
        raise Refused(f"there is no file {', '.join(missing)}.")
    evaluate: Callable[[list[Path]], tuple[list[figures.Figure], list[str]]]
    evaluate = import_module(f"bina.doors.cli.{NAMES[given.name][0]}").evaluate
    found, lines = evaluate(given.file)
    figures.show(found, as_json=given.json)
    if not given.json:
        print("\n".join(lines))
    return 0 if all(_reached(figure) for figure in found) else 1


def _reached(figure: figures.Figure) -> bool:
    """A share (unit %) must reach its bound; anything else must stay within it."""
    if figure.limit is None or not isinstance(figure.value, int | float):
        return True
    return figure.value >= figure.limit if figure.unit == "%" else figure.value <= figure.limit
