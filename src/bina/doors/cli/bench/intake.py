"""How fast a history from outside comes in, counted until its last event is in the ledger."""

from __future__ import annotations

from importlib import import_module, util
from pathlib import Path

from bina.doors.cli.figures import Figure

IMPORTER = "bina.doors.cli.importing"


def figures(mapping: str | None, data: str | None) -> list[Figure]:
    """The importer's own figures on this file; words when there is no file, or no importer in this version."""
    if not mapping or not data or not Path(data).exists():
        return [Figure("import", None, note="not measured: name a file, --mapping NAME --data FILE")]
    if util.find_spec(IMPORTER) is None:
        return [Figure("import", None, note="not measured: this version has no importer")]
    measured: list[Figure] = import_module(IMPORTER).measure(mapping, Path(data))
    return measured
