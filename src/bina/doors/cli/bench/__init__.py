"""`./bina bench`: speed, each figure beside a bare limit measured in the same run on the same machine."""

from __future__ import annotations


def run(argv: list[str]) -> int:
    """Measures what is named (all, if nothing is) and prints the figures; 0 whatever they are."""
    from bina.doors.cli.bench import measure

    return measure.run(argv)
