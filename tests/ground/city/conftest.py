"""The small city, loaded, with its version known as in a request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bina.ground.sla import version
from tests.ground.city.small import load, write


@pytest.fixture
def small(db: Any, tmp_path: Path) -> Iterator[Path]:
    """The small city with its people is in the database; gives its folder."""
    folder = write(tmp_path / "small")
    load(folder, demo=True)
    version.check(version.current())
    yield folder
    version.forget()
