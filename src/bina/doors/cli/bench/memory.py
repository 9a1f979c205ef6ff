"""How much memory the web's processes hold after a long day: many requests of all kinds, then their share of memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import psutil

from bina.config import child_environment
from bina.doors.cli.bench.place import Place, standing
from bina.doors.cli.figures import Figure
from bina.doors.cli.refusal import Refused
from bina.doors.cli.steps import say

PSS_MIB = 120.0
CLIENTS, FILLING_SECONDS = 8, 3.0
LAPS = 400  # different requests of the mix
# Of a hundred requests: what a day of a centre is made of. Not the page that tracks a code: its limit would answer.
MIX = {"register": 26, "read": 26, "list": 6, "report": 22, "find": 4, "desk": 6, "case": 6, "work": 2,
       "inbox": 2}  # fmt: skip


def figures(requests: int) -> list[Figure]:
    """The proportional set size (PSS, MiB) of the largest web process, fresh and after the requests."""
    with standing() as place:
        from bina.doors.cli.bench import sample

        codes = _load(place, {"bodies": sample.encoded(), "key": place.key, "seconds": FILLING_SECONDS})["codes"]
        fresh = _largest(place)
        mixed = _mixed(place, codes)
        say(f"  {requests:,} requests of the mix")
        done = _load(place, {"mixed": mixed, "count": requests, "seconds": 10**6})
        answered = sum(done["answered"].values())
        wrong = sum(n for status, n in done["answered"].items() if int(status) >= 400)
        note = f"{fresh:.0f} MiB fresh; {answered:,} requests in {done['seconds']:.0f} s, {wrong:,} refused"
        if wrong:
            note += f", the first: {done['wrong'][:200]}"
        after = _largest(place)
    return [Figure("memory of a web process (PSS)", after, "MiB", PSS_MIB, after / PSS_MIB, note)]


def _load(place: Place, job: dict[str, Any]) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "bina.doors.cli.bench.load"],
        input=json.dumps({"port": place.port, "clients": CLIENTS, **job}), capture_output=True, text=True, check=False,
        env=child_environment(),
    )  # fmt: skip
    if done.returncode:
        raise Refused(f"The bench's client failed:\n{done.stderr.strip()[-2000:]}")
    return json.loads(done.stdout)


def _largest(place: Place) -> float:
    """The largest share of memory of the web's processes, in MiB."""
    parent = psutil.Process(place.pids()["web"])
    return max(_pss(process.pid) for process in (parent, *parent.children(recursive=True)))


def _pss(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _mixed(place: Place, codes: list[str]) -> list[list[str]]:
    """The heads and bodies of the mix, each about another case."""
    from bina.doors.cli.bench import sample

    chance, bodies = Random(137), sample.encoded()
    cookies = {role: _session(role) for role in ("operator", "followup_expert", "unit_head")}
    key = f"Authorization: Bearer {place.key}\r\n"
    phone = json.loads(bodies[0])["phone"]
    made = []
    for _lap in range(LAPS):
        what, code = chance.choices(list(MIX), list(MIX.values()))[0], chance.choice(codes)
        asked = {
            "register": ("POST", "/api/v1/requests", key), "read": ("GET", f"/api/v1/requests/{code}", key),
            "list": ("GET", "/api/v1/requests?limit=20", key), "report": ("GET", "/report", ""),
            "find": ("GET", f"/find?q={quote(code)}", cookies["operator"]),
            "desk": ("GET", f"/desk?phone={phone}", cookies["operator"]),
            "case": ("GET", f"/case/{code}", cookies["operator"]),
            "work": ("GET", "/worklist", cookies["followup_expert"]), "inbox": ("GET", "/inbox", cookies["unit_head"]),
        }  # fmt: skip
        method, path, more = asked[what]
        body = chance.choice(bodies) if method == "POST" else ""
        made.append([f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{more}", body])
    return made


def _session(role: str) -> str:
    """The cookie of a signed-in person of a role."""
    from django.conf import settings
    from django.test import Client

    from bina.ground.city import people
    from bina.ground.city.roles import Role

    client = Client(SERVER_NAME="localhost")
    person = people.person(people.of_role(Role(role))[0].person_id)
    if person is None:
        raise LookupError(role)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return f"Cookie: {settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}\r\n"
