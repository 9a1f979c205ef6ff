"""Every way in: walks Django's addresses and the API's operations, and says whom each serves."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView


@dataclass(frozen=True, slots=True)
class Route:
    """One way in: its address, methods (empty: the view decides), the function behind it and its declared audience."""

    address: str
    methods: tuple[str, ...]
    view: str
    audience: Any

    @property
    def silent(self) -> bool:
        """Whether it declares no audience."""
        return not self.audience


def routes(patterns: Iterable[URLPattern | URLResolver] | None = None) -> list[Route]:
    """All ways in, of the project or of the patterns given, in the order in which Django tries them."""
    found = _walk(get_resolver().url_patterns if patterns is None else patterns, "/")
    return list({(r.address, r.methods, r.view): r for r in found}.values())  # an operation hangs on several patterns


def _walk(patterns: Iterable[URLPattern | URLResolver], before: str) -> Iterator[Route]:
    for pattern in patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, address)
        else:
            yield from _behind(address, pattern.callback)


def _behind(address: str, callback: Any) -> Iterator[Route]:
    """A page is one route; a path of the API is one for each operation that hangs on it."""
    inner = inspect.unwrap(callback)
    hanging = inspect.getclosurevars(inner).nonlocals.get("self") if inspect.isfunction(inner) else None
    if isinstance(hanging, PathView):
        for operation in hanging.operations:
            yield _route(address, tuple(sorted(operation.methods)), operation.view_func)
    else:
        yield _route(address, (), callback)


def _route(address: str, methods: tuple[str, ...], view: Any) -> Route:
    inner = inspect.unwrap(view)
    function = getattr(inner, "func", inner)  # what a partial calls
    module = getattr(function, "__module__", "")
    declared = getattr(view, "bina_audience", None) or getattr(view, "audience", None)
    if module == "ninja.openapi.views":  # the API's description of itself tells nobody's data
        declared = declared or "public"
    return Route(address, methods, f"{module}.{getattr(function, '__qualname__', function)}", declared)
