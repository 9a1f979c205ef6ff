"""The bare limits: pgbench running one prepared statement on the same server, of the product and of the reference."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import psycopg

from bina.config import child_environment
from bina.doors.cli.account import dropped, give_file
from bina.doors.cli.bench import reference
from bina.doors.cli.postgres import Cluster
from bina.flow.cases import clients
from bina.flow.cases import register as product
from bina.flow.cases.prepared import text
from bina.ground.catalogue import subjects
from bina.ground.catalogue.answers import read
from bina.ground.city import places
from bina.ground.sla import version

SCRIPTS = 8  # as many different registrations, so that words and places differ from one to the next
# Drawn anew by pgbench for each one; all the rest is sent as it stands, as parameters of the prepared statement.
DRAWN = {
    "key": "random(1000000000000000, 9000000000000000)", "code": "random(1000000000000000, 9000000000000000)",
    "x": "random(-9000, 9000)", "y": "random(-9000, 9000)",
}  # fmt: skip
# Every connection plans each of the scripts once; the product's own connections have done so long ago, so the seconds
# in which pgbench's do are not counted. Without the setting a plan would be made five times before one is kept.
WARM_SECONDS = 2
_KEEP_PLANS = "-c plan_cache_mode=force_generic_plan"
_SECOND = re.compile(r"^progress: [0-9.]+ s, ([0-9.]+) tps", re.MULTILINE)
_P = re.compile(r"\$(\d+)")


class Pgbench:
    """pgbench on one server; each run gives transactions a second."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.cluster = cluster
        self.folder = folder
        self.cpu = 0.0

    def prepare(self, bodies: list[dict[str, Any]], key: str) -> None:
        """Writes the scripts of the product's statement, and the reference's tables and script."""
        client = clients.find(clients.key_hash(key))
        if client is None:
            raise LookupError("the bench's key is not in its database")
        version.check(version.current())  # the statement writes nothing for a city version that is not the one in force
        self.product: list[tuple[Path, dict[str, str]]] = []
        for i, body in enumerate(bodies[:SCRIPTS]):
            script, given = _product(i, _parameters(body, client.id))
            self.product.append((self._write(f"register{i}.sql", script), given))
        with psycopg.connect(self.cluster.url("bina", "super"), autocommit=True) as connection:
            connection.execute(reference.TABLES)
        self.reference = []
        for i, body in enumerate(bodies[:SCRIPTS]):
            given = reference.given(body["words"], body["name"], body["phone"])
            script = _numbered(reference.SCRIPT, given, i)
            self.reference.append((self._write(f"reference{i}.sql", script), {f"{k}_{i}": v for k, v in given.items()}))

    def _write(self, name: str, script: str) -> Path:
        path = self.folder / name
        path.write_text(script)
        give_file(path, 0o644)
        return path

    def rate(self, scripts: list[tuple[Path, dict[str, str]]], *, clients: int, seconds: float) -> float:
        """Runs the scripts by chance for so long; transactions a second, without the time of planning."""
        counted = max(1, round(seconds))
        command = [self.cluster.program("pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", "1", "-P", "1",
                   "-T", str(WARM_SECONDS + counted)]  # fmt: skip
        for path, given in scripts:
            command += ["-f", str(path)]
            for name, value in given.items():
                command += ["-D", f"{name}={value}"]
        before = self._registered()
        done = subprocess.run(
            [*command, self.cluster.url("bina", "app")], cwd="/", capture_output=True, text=True, check=False,
            env=child_environment(PGOPTIONS=_KEEP_PLANS), **dropped(),
        )  # fmt: skip
        found = [float(tps) for tps in _SECOND.findall(done.stderr)][WARM_SECONDS:][:counted]
        if done.returncode or not found:
            raise RuntimeError(
                f"pgbench failed:\nexit code {done.returncode}: {(done.stderr or done.stdout).strip()[-2000:]}"
            )
        if scripts is self.product and self._registered() == before:
            raise RuntimeError("pgbench ran the product's statement and nothing was registered: its guard refused it")
        return sum(found) / len(found)

    def _registered(self) -> int:
        """How far the numbers of cases have come: they are drawn only when the statement really writes."""
        with psycopg.connect(self.cluster.url("bina", "super"), autocommit=True) as connection:
            row = connection.execute("SELECT last_value FROM cases_case_id_seq").fetchone()
        return int(row[0]) if row else 0


def _parameters(body: dict[str, Any], client: int) -> dict[str, Any]:
    """Every value of the product's statement for one registration, as its own code works them out."""
    row = subjects.by_code(body["subject"])
    if row is None:
        raise LookupError(body["subject"])
    point = places.check_point(body["lat"], body["lon"])
    params, _first = product.parameters(
        row, product.Place("point", point.lat_e6, point.lon_e6), body["words"], body["name"], body["address"],
        product.Author(body["name"], f"+98{body['phone'][1:]}", body["tell_by"], body["lang"]),
        dict(read(row, body["answers"])), kind="new", actor=f"k:{client}", channel="api",
        key=product.Key(f"k:{client}", "", "POST /api/v1/requests", bytes(32)),
        hazard=body["hazard"], outside=body["outside"], outside_ref=body["outside_ref"],
        origin="live", at=None,
    )  # fmt: skip
    return params


def _numbered(script: str, given: dict[str, str], number: int) -> str:
    """The script with names of its own for its values: pgbench's variables are shared by all scripts."""
    for name in given:
        script = script.replace(f":{name}::", f":{name}_{number}::")
    return script


def _product(number: int, params: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """pgbench's script of the product's very statement, and the values it is given (an absent one stands as NULL)."""
    names = product.STATEMENT.names
    given: dict[str, str] = {}

    def put(match: re.Match[str]) -> str:
        name = names[int(match[1]) - 1]
        if name in DRAWN:
            return f":{name}"
        value = text(params[name])
        if value is None:
            return "NULL"
        given[f"{name}_{number}"] = value.decode()
        return f":{name}_{number}"

    statement = _P.sub(put, product.STATEMENT.sql).strip()
    draws = "".join(f"\\set {name} {drawn}\n" for name, drawn in DRAWN.items())
    return f"{draws}{statement};\n", given
