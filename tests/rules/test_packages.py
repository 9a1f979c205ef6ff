"""Every package says in thirty lines what it promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.engine import ROOT

LONGEST = 30
DO = f"Write README.md, at most {LONGEST} lines: what the package promises, its verbs, its tables, its readers."


def packages(root: Path) -> list[Path]:
    """The folders two below bina (flow/cases, doors/web, …) that hold Python."""
    return sorted(init.parent for init in root.glob("src/bina/*/*/__init__.py"))


def unsaid(root: Path) -> list[str]:
    wrong = []
    for package in packages(root):
        name = package.relative_to(root).as_posix()
        readme = package / "README.md"
        lines = len(readme.read_text().splitlines()) if readme.exists() else 0
        if not lines:
            wrong.append(f"{name} has no README.md. {DO}")
        elif lines > LONGEST:
            wrong.append(f"{name}/README.md has {lines} lines. {DO} More belongs into docs/.")
    return wrong


def test_every_package_says_what_it_promises() -> None:
    assert len(packages(ROOT)) > 10
    found = unsaid(ROOT)
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_a_missing_and_a_long_readme_are_caught(tmp_path: Path) -> None:
    for name, lines in (("mute", 0), ("long", LONGEST + 1), ("fine", LONGEST)):
        package = tmp_path / "src/bina/flow" / name
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        if lines:
            (package / "README.md").write_text("line\n" * lines)
    assert [line.split("/")[3].split()[0] for line in unsaid(tmp_path)] == ["long", "mute"]
