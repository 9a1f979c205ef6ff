"""The small city, loaded, with its version known as in a request."""

from __future__ import annotations

from tests.ground.city.conftest import small

__all__ = ["small"]
