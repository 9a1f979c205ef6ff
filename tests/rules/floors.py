"""The order of floors and packages, read from the same contracts that hold the imports."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.rules.engine import ROOT


def order(pyproject: Path = ROOT / "pyproject.toml") -> list[str]:
    """Every package of flow, ground and evaluation, the highest first: a package may know those after it."""
    contracts = tomllib.loads(pyproject.read_text())["tool"]["importlinter"]["contracts"]
    layers = [c for c in contracts if c["type"] == "layers"]
    floors = next(c for c in layers if any("ground" in layer for layer in c["layers"]))
    inside = {c["containers"][0]: [layer.strip("()") for layer in c["layers"]] for c in layers if "containers" in c}
    inside.pop("bina", None)
    found: list[str] = []
    for floor in floors["layers"]:
        name = "bina." + floor.strip("()").removeprefix("bina.")
        found += [f"{name}.{package}" for package in inside[name]] if name in inside else [name]
    return found


def place(module: str, packages: list[str]) -> int | None:
    """Where a module stands in the order (0 the highest); None for what is no part of Bina (Django's own tables)."""
    for at, package in enumerate(packages):
        if module == package or module.startswith(package + "."):
            return at
    return None


def points_up(source: str, target: str, packages: list[str]) -> bool:
    """Whether a table of module `source` refers to a table of a higher package."""
    here, there = place(source, packages), place(target, packages)
    return here is not None and there is not None and there < here
