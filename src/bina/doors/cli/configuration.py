"""`./bina config`: every setting, its value, where that comes from, and what it means."""

from __future__ import annotations

import argparse
import json

from bina.config import SECRET, Config, config, env_file, origins, variable


def rows() -> list[dict[str, str]]:
    """One row a setting: its variable, value, origin and meaning; of secrets only whether they are set."""
    settings, where = config(), origins()
    return [
        {
            "name": variable(field),
            "value": _shown(field, getattr(settings, field)),
            "origin": where[field],
            "meaning": Config.model_fields[field].description or "",
        }
        for field in Config.model_fields
    ]


def _shown(field: str, value: object) -> str:
    if field in SECRET:
        return "(set, not shown)" if value else "(not set)"
    return str(value).lower() if isinstance(value, bool) else str(value)


def run(argv: list[str]) -> int:
    """Prints them; --json for machines."""
    parser = argparse.ArgumentParser(prog="bina config", description=__doc__)
    parser.add_argument("--json", action="store_true", help="a JSON list of {name, value, origin, meaning}")
    given = parser.parse_args(argv)
    settings = rows()
    if given.json:
        print(json.dumps(settings, ensure_ascii=False, indent=1))
        return 0
    print(f"Set in the environment, or a line each in {env_file()}\n")
    for row in settings:
        print(f"  {row['name']}={row['value']}   [{row['origin']}]\n      {row['meaning']}")
    return 0
