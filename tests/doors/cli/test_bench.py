"""The bench's own parts: its client reads answers whole, its figures say what they are held against."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from bina.config import child_environment
from bina.doors.cli.bench import cpu, load, measure
from bina.doors.cli.refusal import Refused


def server(answers: list[bytes]) -> int:
    """A server of one connection that answers each request with the next of these, in two pieces; its port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with closing(listening):
            taken, _address = listening.accept()
            with closing(taken):
                for answer in answers:
                    while b"}" not in taken.recv(65536):
                        pass
                    half = len(answer) // 2
                    taken.sendall(answer[:half])
                    taken.sendall(answer[half:])

    threading.Thread(target=serve, daemon=True).start()
    return int(listening.getsockname()[1])


def answer(status: str, body: bytes) -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status.encode(), len(body), body)


def test_the_client_counts_what_was_answered_and_keeps_the_codes() -> None:
    port = server([answer("201 Created", b'{"code":"1234567890"}')] * 3 + [answer("429 Too Many", b'{"detail":"x"}')])
    codes = iter(["1234567890", "1234567890"])
    line = load.Line(port, load._moves({"key": "k", "steps": [["accept", {}], ["note", {}]]}, codes))
    found = []
    for _turn in range(4):
        assert line.send()
        while (got := line.receive()) is None:
            pass
        found.append(got)
    assert [status for status, _body in found] == [201, 201, 201, 429]
    assert json.loads(found[0][1]) == {"code": "1234567890"}
    assert not line.send()
    line.socket.close()


def test_a_mix_goes_round_until_its_count_is_sent() -> None:
    port = server([answer("200 OK", b'{"a":1}'), answer("302 Found", b'{"b":2}'), answer("404 Not Found", b'{"c":3}')])
    heads = [["POST /a HTTP/1.1\r\nHost: x\r\n", '{"n":1}'], ["POST /b HTTP/1.1\r\nHost: x\r\n", '{"n":2}']]
    done = load.work({"port": port, "clients": 1, "seconds": 9, "mixed": heads, "count": 3})
    assert done["answered"] == {200: 1, 302: 1, 404: 1}
    assert done["wrong"] == '{"c":3}'  # a page that sends on is no fault of a page


def test_cpu_counts_children_that_have_ended() -> None:
    before = cpu.spent({"me": os.getpid()})["me"]
    subprocess.run([sys.executable, "-c", "sum(range(3_000_000))"], check=True)
    assert cpu.spent({"me": os.getpid()})["me"] > before


def test_a_measurement_of_no_known_name_is_refused_with_the_names() -> None:
    with pytest.raises(Refused, match="register, statement, change, lag, import"):
        measure.run(["speed"])


def test_the_bench_without_a_file_says_that_the_import_was_not_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert measure.run(["import", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["import"]["value"] is None
    assert "--data FILE" in rows["import"]["note"]


def test_the_client_is_a_program_of_the_standard_library_alone() -> None:
    said = "import sys; import bina.doors.cli.bench.load; print('django' in sys.modules, 'psycopg' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", said], env=child_environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]
