"""Rate limits in this process's memory: a token bucket a client, so that no call writes a row to be counted."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

REMEMBERED = 20_000  # buckets kept; the least recently used go first (a full bucket is what a forgotten one means)


class Buckets:
    """Token buckets by name; each web process has its own, so a limit is shared out among them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def empty(self) -> None:
        """Forgets everybody: each has his whole allowance again."""
        with self._lock:
            self._buckets.clear()

    def take(self, name: str, *, per_second: float, burst: float) -> float:
        """Takes one token; 0.0 when there was one, else the seconds until the next."""
        now = time.monotonic()
        with self._lock:
            tokens, read = self._buckets.pop(name, (burst, now))
            tokens = min(burst, tokens + (now - read) * per_second)
            short = tokens < 1.0
            self._buckets[name] = (tokens if short else tokens - 1.0, now)
            if len(self._buckets) > REMEMBERED:
                self._buckets.popitem(last=False)
        return (1.0 - tokens) / per_second if short else 0.0
