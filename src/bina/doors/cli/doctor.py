"""`./bina doctor`: what of this installation is healthy, what is not, and what to do about it."""

from __future__ import annotations

import argparse
import shutil
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from urllib.error import HTTPError, URLError

import psycopg

from bina import __version__
from bina.config import Config, config
from bina.doors.cli import figures, installation
from bina.doors.cli.new import address
from bina.doors.cli.refusal import Refused

DISK_GB_LEAST = 2
LAG_SECONDS = 10  # between an event and its place in the ledger, while the system runs
SNAPSHOT_SECONDS = 600  # a transaction open for longer keeps dead rows from being cleared away
READER_EVENTS = 10_000  # a reader further behind the ledger than this does not keep up
MESSAGE_SECONDS = 300  # a message waits for a worker no longer than that
RECENT_EVENTS = 100_000  # how far back events are looked at one by one
PACKAGES = ("Django", "psycopg", "granian", "procrastinate")
SEAL_HOURS = 36


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, what was seen, and what to do if it is not."""

    name: str
    well: bool
    seen: str
    do: str = ""
    value: float | None = None  # the number in `seen`, its unit and its bound, where there is one
    unit: str = ""
    limit: float | None = None


def run(argv: list[str]) -> int:
    """Prints what was found; 1 if anything is not well."""
    parser = argparse.ArgumentParser(prog="bina doctor", description=__doc__)
    figures.option(parser)
    given = parser.parse_args(argv)
    findings = list(look(config()))
    if given.json:
        figures.show([_figure(f) for f in findings], as_json=True)
    else:
        width = max(len(f.name) for f in findings)
        for f in findings:
            print(f"  {'ok ' if f.well else 'NOT'} {f.name:<{width}}  {f.seen}")
            if not f.well and f.do:
                print(f"      → {f.do}")
    return 0 if all(f.well for f in findings) else 1


def _figure(f: Finding) -> figures.Figure:
    value = f.seen if f.value is None else f.value
    return figures.Figure(f.name, value, f.unit, f.limit, note="ok" if f.well else f.do or "not well")


def look(settings: Config) -> Iterator[Finding]:
    """Everything worth looking at, the ground first; stops where the rest cannot be known."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    yield Finding("Bina", True, f"{__version__}, Python {sys.version.split()[0]}, {versions}, in {settings.home}")
    if settings.debug:
        yield Finding("BINA_DEBUG", False, "on", "Switch it off: it shows settings to whoever meets an error.")
    if settings.host not in ("127.0.0.1", "::1", "localhost") and not settings.https:
        yield Finding(
            "https",
            False,
            f"listens on {settings.host} without https",
            "Put a proxy before it and set BINA_HTTPS=true.",
        )
    if not settings.home.exists():
        yield Finding("installation", False, "none here yet", "./bina demo, or ./bina new CITY")
        return
    free = shutil.disk_usage(settings.home).free / 1e9
    do = "Make room: a full disk stops registration."
    yield Finding("disk", free >= DISK_GB_LEAST, f"{free:,.1f} GB free", do, round(free, 1), "GB", DISK_GB_LEAST)
    running = installation.holder(settings.home) is not None
    yield Finding("system", running, "runs" if running else "does not run", "./bina up")
    if running:
        yield web(address_now(settings))
    try:
        with installation.addresses(settings) as urls:
            yield from database(urls, running=running)
    except (Refused, psycopg.Error) as error:
        yield Finding("database", False, str(error).strip())


def address_now(settings: Config) -> str:
    """The address of the running web server: its port is the one set or the one remembered."""
    kept = settings.home / "port"
    number = settings.port or (int(kept.read_text()) if kept.exists() else 0)
    return address(settings, number)


def web(where: str) -> Finding:
    """Whether the web server answers at its address within five seconds, with any page."""
    try:
        with urllib.request.urlopen(where + "/", timeout=5) as answer:
            status = answer.status
    except HTTPError as error:
        status = error.code
    except (URLError, OSError) as error:
        return Finding("web", False, f"{where} does not answer: {error}", "Its log: log/web.log in the installation")
    return Finding("web", status < 500, f"{where} answers ({status})", "Its log: log/web.log in the installation")


def database(urls: installation.Urls, *, running: bool) -> Iterator[Finding]:
    """The database's own state, and what waits in it."""
    with psycopg.connect(urls.app, autocommit=True) as connection:

        def one(sql: str) -> tuple:
            return connection.execute(sql).fetchone() or (None,)

        version, size = one(
            "SELECT current_setting('server_version'), pg_size_pretty(pg_database_size(current_database()))"
        )
        yield Finding("database", True, f"PostgreSQL {version.split()[0]}, {size}, locale and durability sound")
        if one("SELECT to_regclass('cases_event')")[0] is None:
            yield Finding("tables", False, "none yet", "./bina demo, or ./bina new CITY")
            return
        for check in (server, ledger, readers, messages, jobs, timers, seals):
            yield from check(one, running)


Ask = Callable[[str], tuple]


def server(one: Ask, running: bool) -> Iterator[Finding]:
    """PostgreSQL's settings that matter, the oldest open snapshot, and the city's clock against the machine's."""
    names = ("shared_buffers", "max_connections", "synchronous_commit", "data_checksums", "autovacuum", "jit")
    values = one("SELECT " + ", ".join(f"current_setting('{name}')" for name in names))
    said = ", ".join(f"{name} {value}" for name, value in zip(names, values, strict=True))
    vacuumed = values[names.index("autovacuum")] == "on"
    yield Finding("settings", vacuumed, said, "Set autovacuum = on: the tables would swell and slow down.")
    # Of other roles' sessions a role without pg_read_all_stats sees no start; the embedded server's role has it.
    (seconds,) = one(
        "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::bigint FROM pg_stat_activity "
        "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND datname = current_database()"
    )
    do = "SELECT pid, query FROM pg_stat_activity ORDER BY xact_start, then SELECT pg_terminate_backend(PID)"
    well = seconds < SNAPSHOT_SECONDS
    yield Finding("snapshot", well, f"the oldest is {seconds} s old", do, seconds, "s", SNAPSHOT_SECONDS)
    shift, demo = one(
        "SELECT extract(epoch FROM bina_now() - now())::bigint, "
        "coalesce((SELECT bool_and(demo) FROM city_installation), true)"
    )
    do = "Only a demo's clock may be shifted: UPDATE sla_clock SET shift = '0'"
    yield Finding("clock", demo or not shift, f"shifted by {shift} s", do, shift, "s", 0)


def ledger(one: Ask, running: bool) -> Iterator[Finding]:
    """How far the clerk is behind, and whether an event has neither a number nor a place in the inbox."""
    waiting, seconds = one(
        "SELECT count(*), coalesce(extract(epoch FROM now() - min(e.recorded_at)), 0)::bigint "
        "FROM (SELECT event_id FROM cases_inbox LIMIT 100000) i JOIN cases_event e ON e.id = i.event_id"
    )
    well = not waiting or (running and seconds < LAG_SECONDS)
    do = "./bina up; the clerk's log is log/clerk.log"
    yield Finding("inbox", well, f"{waiting} events wait for the clerk", do, waiting, "events")
    yield Finding("clerk", well, f"{seconds} s behind", do, seconds, "s", LAG_SECONDS)
    (lost,) = one(
        f"SELECT count(*) FROM (SELECT id, recorded_at FROM cases_event ORDER BY id DESC LIMIT {RECENT_EVENTS}) e "
        f"WHERE e.recorded_at < now() - interval '{LAG_SECONDS} seconds' "
        "AND NOT EXISTS (SELECT 1 FROM cases_ledger l WHERE l.event_id = e.id) "
        "AND NOT EXISTS (SELECT 1 FROM cases_inbox i WHERE i.event_id = e.id)"
    )
    seen = f"{lost} of the last {RECENT_EVENTS:,} events have no number and wait for none"
    yield Finding("numbers", not lost, seen, "./bina verify names them", lost, "events", 0)


def readers(one: Ask, running: bool) -> Iterator[Finding]:
    """How far each reader of the ledger has come (the one of words counts cases, not lines), and what it set aside."""
    end, behind = one(
        "SELECT coalesce((SELECT max(n) FROM cases_ledger), 0), "
        "coalesce((SELECT json_object_agg(name, n ORDER BY name) FROM cases_reader WHERE name <> 'terms'), '{}'::json)"
    )
    for name, n in behind.items():
        do = "./bina up; the worker's log is log/worker.log"
        yield Finding(
            f"reader {name}", end - n < READER_EVENTS or not running, f"at {n} of {end}", do, end - n, "events behind",
            READER_EVENTS,
        )  # fmt: skip

    (aside,) = one(
        "SELECT json_object_agg(reader, left_out) FROM (SELECT reader, count(*) AS left_out FROM cases_setaside "
        "GROUP BY reader) AS s"
    )
    for name, left_out in (aside or {}).items():
        (why,) = one("SELECT reason FROM cases_setaside ORDER BY next_at NULLS FIRST, n LIMIT 1")
        do = "See cases_setaside: it is tried again by itself five times, then somebody has to look"
        yield Finding(f"set aside by {name}", False, f"{left_out} lines, such as: {why}", do, left_out, "events", 0)


def messages(one: Ask, running: bool) -> Iterator[Finding]:
    """Messages to citizens: the oldest that waits for its hour, those that may have gone out, those given up lately."""
    waiting, seconds, unknown = one(
        "SELECT count(*) FILTER (WHERE state = 'waiting'), coalesce(extract(epoch FROM bina_now() - min(due_at) "
        "FILTER (WHERE state = 'waiting' AND due_at < bina_now())), 0)::bigint, "
        "count(*) FILTER (WHERE state = 'unknown') FROM dialogue_outbox "
        "WHERE state IN ('waiting', 'sending', 'unknown')"
    )
    failed, why = one(
        "SELECT count(*), coalesce((array_agg(reason ORDER BY made_at DESC))[1], '') FROM dialogue_outbox "
        "WHERE state = 'failed' AND made_at > bina_now() - interval '7 days'"
    )
    do = "./bina up; the worker's log is log/worker.log"
    well = not running or seconds < MESSAGE_SECONDS
    yield Finding(
        "messages", well, f"{waiting} wait, the oldest {seconds} s past its hour", do, seconds, "s", MESSAGE_SECONDS
    )
    do = "Nobody can say whether they went out: ask the gateway's own list for them"
    yield Finding("unknown messages", not unknown, f"{unknown} may have gone out", do, unknown, "messages", 0)
    do = "Their numbers or the gateway refuse them; tell those citizens by telephone"
    seen = f"{failed} given up in a week" + (f", lately: {why}" if failed else "")
    yield Finding("failed messages", not failed, seen, do, failed, "messages", 0)


def jobs(one: Ask, running: bool) -> Iterator[Finding]:
    """Jobs that failed for good in the last day, and whether a worker gives signs of life."""
    (failed,) = one(
        "SELECT count(*) FROM procrastinate_jobs j WHERE status = 'failed' "
        "AND EXISTS (SELECT 1 FROM procrastinate_events e WHERE e.job_id = j.id AND e.at > now() - interval '1 day')"
    )
    yield Finding("jobs", not failed, f"{failed} failed in the last day", "See log/worker.log in the installation")
    if running:
        (alive,) = one("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'")
        yield Finding("worker", bool(alive), "alive" if alive else "gives no sign of life", "See log/worker.log")


def timers(one: Ask, running: bool) -> Iterator[Finding]:
    """Timers and promises that should have gone off ten minutes ago."""
    (late,) = one(
        "SELECT (SELECT count(*) FROM cases_timer WHERE due_at < bina_now() - interval '10 minutes') + "
        "(SELECT count(*) FROM cases_promise WHERE kept_at IS NULL AND broken_at IS NULL "
        "AND due_at < bina_now() - interval '10 minutes' AND (put_off IS NULL OR put_off < bina_now()))"
    )
    yield Finding("timers", not (late and running), f"{late} overdue", "See log/worker.log in the installation")


def seals(one: Ask, running: bool) -> Iterator[Finding]:
    """Whether the ledger was sealed lately, if there is anything new to seal."""
    events, sealed, hours = one(
        "SELECT coalesce((SELECT max(n) FROM cases_ledger), 0), coalesce(max(n), 0), "
        "coalesce(extract(epoch FROM bina_now() - max(at)) / 3600, 0)::bigint FROM cases_seal"
    )
    well = not running or sealed == events or hours < SEAL_HOURS
    yield Finding(
        "seal", well, f"{sealed} of {events} events are sealed", "The worker seals at midnight; see log/worker.log"
    )
