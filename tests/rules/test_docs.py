"""Pages that print themselves are fresh, and every link in the documentation leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bina.doors.cli import docs
from tests.rules.engine import ROOT

_LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return docs.printed()


def test_the_pages_are_fresh(pages: dict[str, str]) -> None:
    found = docs.stale(pages, docs.FOLDER)
    if found:
        pytest.fail("\n".join([*found, docs.RENEW]), pytrace=False)


def test_a_stale_a_missing_and_a_stray_page_are_caught(pages: dict[str, str], tmp_path: Path) -> None:
    docs.write(pages, tmp_path)
    assert docs.stale(pages, tmp_path) == []
    (tmp_path / "moves.md").write_text(pages["moves.md"].replace("accept", "swallow"))
    (tmp_path / "roles.md").unlink()
    (tmp_path / "weather.md").touch()
    said = " ".join(docs.stale(pages, tmp_path))
    assert "moves.md is stale" in said
    assert "roles.md is missing" in said
    assert "weather.md is printed by no table" in said
    docs.write(pages, tmp_path)
    assert docs.stale(pages, tmp_path) == []


def broken_links(path: Path, root: Path) -> list[str]:
    """Links to files that are not there."""
    where = path.relative_to(root)
    return [
        f"{where} leads to {target}, which is not there. Correct the path or take the link out."
        for target in _LINK.findall(path.read_text())
        if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists()
    ]


def test_links_lead_somewhere() -> None:
    written = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("src/**/README.md"), *ROOT.glob("tests/*.md")]
    found = [line for path in written for line in broken_links(path, ROOT)]
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_a_dead_link_is_caught(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("[a](page.md#part) [b](https://example.org/x) [c](gone.md)")
    assert [line.split()[3] for line in broken_links(page, tmp_path)] == ["gone.md,"]
