"""The bench's HTTP client, a process of its own: keep-alive connections on bare sockets.

Reads one job as JSON on standard input and writes its result as JSON: {"port", "seconds", "clients", "key", "bodies"}
for registrations, {"port", "seconds", "clients", "key", "codes", "steps"} for moves of cases, or {"port", "seconds",
"clients", "mixed": [[head, body], …], "count"} for so many requests of a mix, each head without its last lines.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

RECEIVE = 65536


class Line:
    """One connection: what it sends next, and what it has received of the answer."""

    def __init__(self, port: int, requests: Iterator[tuple[bytes, bytes]]) -> None:
        self.requests = requests
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.got = b""
        self.sent = 0.0

    def send(self) -> bool:
        """Sends the next request; False when there is none left."""
        following = next(self.requests, None)
        if following is None:
            return False
        head, body = following
        key = uuid.uuid4().hex.encode()
        self.got, self.sent = b"", time.perf_counter()
        self.socket.sendall(b"%bIdempotency-Key: %b\r\nContent-Length: %d\r\n\r\n%b" % (head, key, len(body), body))
        return True

    def receive(self) -> tuple[int, bytes] | None:
        """Status and body once the answer is whole; None before."""
        part = self.socket.recv(RECEIVE)
        if not part:
            raise ConnectionError("the server closed the connection")
        self.got += part
        head, end, body = self.got.partition(b"\r\n\r\n")
        if not end:
            return None
        at = head.lower().find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        return (int(head[9:12]), body) if len(body) >= length else None


def _head(path: str, key: str) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
    ).encode()


def _registrations(job: dict[str, Any]) -> Iterator[tuple[bytes, bytes]]:
    head = _head("/api/v1/requests", job["key"])
    for body in cycle([text.encode() for text in job["bodies"]]):
        yield head, body


def _moves(job: dict[str, Any], codes: Iterator[str]) -> Iterator[tuple[bytes, bytes]]:
    """Every step on one case after the other: the connections share the list of cases."""
    steps = [(verb, json.dumps(body).encode()) for verb, body in job["steps"]]
    for code in codes:
        for verb, body in steps:
            yield _head(f"/api/v1/requests/{code}/moves/{verb}", job["key"]), body


def _mix(job: dict[str, Any]) -> Iterator[tuple[bytes, bytes]]:
    """The requests of a mix in turn, as many as are asked for: the connections share them."""
    prepared = [(head.encode(), body.encode()) for head, body in job["mixed"]]
    return islice(cycle(prepared), job["count"])


def work(job: dict[str, Any]) -> dict[str, Any]:
    """Sends for the job's seconds; what was answered, when, and at what cost of this process's own time."""
    codes = iter(job.get("codes", ()))
    registering = "bodies" in job
    mix = _mix(job) if "mixed" in job else None
    lines = [
        Line(job["port"], mix or (_registrations(job) if registering else _moves(job, codes)))
        for _ in range(job["clients"])
    ]
    answered: Counter[int] = Counter()
    took: list[float] = []
    made: list[str] = []
    wrong = ""
    with selectors.DefaultSelector() as ready:
        cpu, began = time.process_time(), time.perf_counter()
        until = began + job["seconds"]
        waiting = 0
        for line in lines:
            ready.register(line.socket, selectors.EVENT_READ, line)
            waiting += line.send()
        while waiting:
            for event, _mask in ready.select(10) or _silent():
                line = event.data
                answer = line.receive()
                if answer is None:
                    continue
                now = time.perf_counter()
                took.append(now - line.sent)
                status, body = answer
                answered[status] += 1
                if status >= 400 or (status >= 300 and mix is None):
                    wrong = wrong or body[:400].decode("utf-8", "replace")
                elif registering:
                    made.append(body[9:19].decode())
                waiting -= 1
                if now < until:
                    waiting += line.send()
        seconds = time.perf_counter() - began
    for line in lines:
        line.socket.close()
    return {
        "seconds": seconds, "cpu": time.process_time() - cpu, "answered": answered, "wrong": wrong,
        "took": sorted(took), "codes": made,
    }  # fmt: skip


def _silent() -> list[Any]:
    raise TimeoutError("no answer for ten seconds")


if __name__ == "__main__":
    json.dump(work(json.load(sys.stdin)), sys.stdout)
