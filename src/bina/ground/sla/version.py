"""The city's version number, and results that are kept until it changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from functools import wraps
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from django.db import connection

P = ParamSpec("P")
R = TypeVar("R")

VERSIONS_KEPT = 2  # threads of one process may for a moment stand at two versions
RESULTS_KEPT = 50_000  # of one function at one version; more means it was asked with unbounded arguments

_known: ContextVar[int | None] = ContextVar("city_version", default=None)
_lock = Lock()
_kept: dict[Callable[..., Any], dict[int, dict[Hashable, Any]]] = {}


def current() -> int:
    """The city's version now, from the database; 0 before anything was loaded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce((SELECT version FROM sla_cityversion), 0)")
        version: int = cursor.fetchone()[0]
    return version


def check(version: int | None) -> None:
    """Tells this thread which version holds: once a request or job, with the number just read.

    None means "not known": then every `per_version` function is computed afresh, which is slow but never wrong.
    """
    _known.set(version)


def known() -> int | None:
    """The version this thread was last told, None when it was told none."""
    return _known.get()


def bump() -> int:
    """Marks ground data as changed, in the transaction of the change; gives the new number.

    The number comes from a sequence, so one that was rolled back never returns with other data behind it.
    This thread forgets its version until the next `check`, since the change may still be rolled back.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sla_cityversion (id, version) VALUES (1, nextval('sla_cityversion_seq')) "
            "ON CONFLICT (id) DO UPDATE SET version = nextval('sla_cityversion_seq') RETURNING version"
        )
        version: int = cursor.fetchone()[0]
    check(None)
    return version


def forget() -> None:
    """Drops every kept result and this thread's version (tests, a restored database)."""
    with _lock:
        for versions in _kept.values():
            versions.clear()
    check(None)


def per_version(function: Callable[P, R]) -> Callable[P, R]:
    """Keeps a function's results, by its arguments, until the city's version changes; makes no query itself.

    The arguments must be hashable and the results never changed by whoever receives them. Two threads may
    compute the same result at once: nobody waits for another's query.
    """
    with _lock:
        versions = _kept.setdefault(function, {})

    @wraps(function)
    def kept(*args: P.args, **kwargs: P.kwargs) -> R:
        version = _known.get()
        if version is None:
            return function(*args, **kwargs)
        key: Hashable = (args, tuple(sorted(kwargs.items()))) if kwargs else args
        results = versions.get(version)
        if results is not None and key in results:
            found: R = results[key]
            return found
        value = function(*args, **kwargs)
        if _known.get() == version:  # a function that itself changed ground data is not kept
            _keep(versions, version, key, value)
        return value

    return kept


def _keep(versions: dict[int, dict[Hashable, Any]], version: int, key: Hashable, value: Any) -> None:
    with _lock:
        results = versions.get(version)
        if results is None:
            while len(versions) >= VERSIONS_KEPT:
                del versions[min(versions)]
            results = versions[version] = {}
        if len(results) >= RESULTS_KEPT:
            results.clear()
        results[key] = value
