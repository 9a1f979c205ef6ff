"""A real Chromium for tests of pages, and pages that fail when they call out or break the content security policy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
MISSING = "No Chromium was found. Install it (Debian: apt-get install chromium) or leave browser tests to CI."


def chromium() -> str | None:
    """The path of the system's Chromium, None when there is none."""
    named = (shutil.which(name) for name in NAMES)
    placed = (place for place in PLACES if os.access(place, os.X_OK))
    return next((path for path in (*named, *placed) if path), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The running Chromium (playwright's Browser); skipped without one, failed in CI."""
    path = chromium()
    if path is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=QUIET)
        yield running
        running.close()


@pytest.fixture
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A new page of a Persian reader; afterwards the test fails if a script broke or another machine was called."""
    given: dict[str, Any] = {
        "locale": "fa-IR",
        "timezone_id": "Asia/Tehran",
        "viewport": {"width": 1280, "height": 800},
    }
    if "live_server" in request.fixturenames:
        given["base_url"] = request.getfixturevalue("live_server").url
    context = browser.new_context(**given)
    context.set_default_timeout(10_000)
    wrong: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: wrong.append(f"A script broke: {error}"))
    opened.on("console", lambda said: wrong.append(said.text) if _grave(said) else None)
    opened.on(
        "request", lambda asked: wrong.append(f"Another machine was called: {asked.url}") if _far(asked) else None
    )
    yield opened
    context.close()
    assert not wrong, "\n".join(wrong)


def _grave(said: Any) -> bool:
    return said.type == "error" and ("Content Security Policy" in said.text or "Uncaught" in said.text)


def _far(asked: Any) -> bool:
    address = urlsplit(asked.url)
    return address.scheme in ("http", "https", "ws", "wss") and address.hostname not in (
        "127.0.0.1",
        "localhost",
        "::1",
    )
