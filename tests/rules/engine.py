"""What a rule about files is: what it concerns, what it finds, what to do instead, and samples that prove it."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = {"__pycache__", "node_modules", "test-output"}
TEXT = {".py", ".html", ".css", ".js", ".sql", ".md", ".txt", ".toml", ".json", ".csv", ".sh", ".in", ".lock", ".svg"}
TEXT |= {"", ".yaml", ".yml", ".geojson"}

Finding = tuple[int, str]  # line (from 1; 0: the whole file), what stands there


@dataclass(frozen=True)
class Rule:
    """One rule about single files.

    `concerns(path)` chooses files by their path from the root; `find(path, text)` gives what breaks the rule;
    `do` is the way out; each of `bad` (path, text) must be caught and each of `good` must pass.
    """

    name: str
    concerns: Callable[[str], bool]
    find: Callable[[str, str], Iterable[Finding]]
    do: str
    bad: tuple[tuple[str, str], ...]
    good: tuple[tuple[str, str], ...]

    def broken_by(self, path: str, text: str) -> list[str]:
        """What in this file breaks the rule, a line each with the place and what to do; empty when all is well."""
        if not self.concerns(path):
            return []
        return [f"{path}:{line}: {what}. {self.do}" for line, what in self.find(path, text)]


def files() -> Iterator[tuple[str, str]]:
    """(path from the root, text) of every text file that belongs to the project."""
    for path in sorted(_walk(ROOT)):
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in TEXT:
            yield name, path.read_text(encoding="utf-8", errors="replace")


def _walk(folder: Path) -> Iterator[Path]:
    for entry in os.scandir(folder):
        hidden = entry.name.startswith(".") and entry.name not in (".ci", ".gitignore", ".editorconfig")
        if hidden or entry.name in SKIPPED or entry.name.endswith(".egg-info"):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path))
        elif entry.is_file(follow_symlinks=False):
            yield Path(entry.path)


def under(*folders: str, ends: tuple[str, ...] = (".py",), but: tuple[str, ...] = ()) -> Callable[[str], bool]:
    """Chooses files below these folders with these endings, except those whose path contains a part of `but`."""

    def concerns(path: str) -> bool:
        inside = any(path.startswith(folder) for folder in folders)
        return inside and path.endswith(ends) and not any(part in path for part in but)

    return concerns


def strings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, text) of every string constant of a module that is no docstring."""
    docstrings = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                docstrings.add(id(first.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an attribute chain; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = dotted(node.value)
        return f"{head}.{node.attr}" if head else ""
    return ""
