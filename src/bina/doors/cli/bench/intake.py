"""How fast a history from outside comes in, counted until its last event is in the ledger."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from bina.config import child_environment, config
from bina.doors.cli import new
from bina.doors.cli.figures import Figure
from bina.doors.cli.refusal import Refused

ROWS_A_SECOND = 3000.0  # the bar of a release
LIMIT = 60_000  # rows: some twenty seconds' worth
SHOWN = ("source rows", "new cases", "rejected", "events in the ledger", "work", "longest batch", "memory")


def figures(mapping: str, data: str | None, city: str, shapes: str | None) -> list[Figure]:
    """Imports the first rows of the file into a new city, in an installation of its own that is thrown away."""
    if not data or not Path(data).exists():
        return [Figure("import", None, note="not measured: name the file that is brought in, --data FILE")]
    home = config().home / "import"
    drawn = config().home / "import-city"  # the city's folder with its shapes, which its source keeps apart
    for folder in (home, drawn):
        shutil.rmtree(folder, ignore_errors=True)
    try:
        shutil.copytree(new.folder(city), drawn, copy_function=shutil.copyfile)
        if shapes:
            shutil.copyfile(shapes, drawn / "shapes.geojson")
        _bina(home, "new", str(drawn))
        told = _bina(home, "import", mapping, str(Path(data).absolute()), "--limit", str(LIMIT), "--json")
    finally:
        for folder in (home, drawn):
            shutil.rmtree(folder, ignore_errors=True)
    rows: dict[str, dict[str, Any]] = {row["name"]: row for row in json.loads(told)}
    speed = float(rows["speed"]["value"])
    found = [Figure("import", speed, "rows a second", ROWS_A_SECOND, speed / ROWS_A_SECOND)]
    for name in SHOWN:
        if name in rows:
            row = rows[name]
            found.append(Figure(f"import: {name}", row["value"], row["unit"], row["limit"], note=row["note"]))
    return found


def _bina(home: Path, *arguments: str) -> str:
    """A command of Bina on that installation; what it prints."""
    environment = child_environment(BINA_HOME=str(home), DATABASE_URL="", DATABASE_OWNER_URL="")
    done = subprocess.run(
        [sys.executable, "-m", "bina", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode and not done.stdout.lstrip().startswith("["):
        raise Refused(f"bina {arguments[0]} of the bench failed:\n{done.stderr.strip()[-2000:]}")
    return done.stdout
