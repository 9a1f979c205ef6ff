"""`./bina docs`: writes the pages of docs/reference that print themselves from the tables of the code."""

from __future__ import annotations

import argparse
from pathlib import Path

from bina.doors.cli.refusal import Refused

ROOT = Path(__file__).resolve().parents[5]
FOLDER = ROOT / "docs" / "reference"
RENEW = "Renew them: ./bina docs"


def run(argv: list[str]) -> int:
    """Writes the pages, or with --check says which are stale (1) and how to renew them."""
    parser = argparse.ArgumentParser(prog="bina docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 when a page is stale")
    given = parser.parse_args(argv)
    if not FOLDER.parent.is_dir():
        raise Refused("The documentation stands in the repository, and this is an installed copy. Type: git clone …")
    pages = printed()
    if given.check:
        found = stale(pages, FOLDER)
        print("\n".join([*found, RENEW]) if found else f"All {len(pages)} pages are fresh.")
        return int(bool(found))
    write(pages, FOLDER)
    print(f"{len(pages)} pages written to {FOLDER.relative_to(ROOT)}.")
    return 0


def printed() -> dict[str, str]:
    """Every page by its file name, as it must stand now."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bina.settings")
    django.setup()
    from bina.doors.cli.docs.pages import PAGES, index

    return {page.file: page.text() for page in PAGES} | {"README.md": index()}


def stale(pages: dict[str, str], folder: Path) -> list[str]:
    """What stands otherwise in the folder than it is printed now, a line each."""
    there = {path.name: path.read_text() for path in folder.glob("*.md")}
    wrong = [f"docs/reference/{name} is missing." for name in sorted(pages.keys() - there.keys())]
    wrong += [f"docs/reference/{name} is printed by no table." for name in sorted(there.keys() - pages.keys())]
    wrong += [f"docs/reference/{n} is stale." for n in sorted(pages.keys() & there.keys()) if pages[n] != there[n]]
    return wrong


def write(pages: dict[str, str], folder: Path) -> None:
    """Writes the pages and removes those that no table prints any more."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.md"):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        (folder / name).write_text(text)
