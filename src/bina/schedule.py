"""What the worker does by the clock, as one table; and the worker itself."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from bina.config import config

log = logging.getLogger("bina.worker")

STALLED_SECONDS = 30  # a job whose worker has not been heard of for so long is given to another
KEYS_DAYS = 30  # how long an idempotency key is remembered
FAILED_HOURS = 30 * 24
GRACE_SECONDS = 20  # a stopping worker waits so long for the job in hand
BATCH = 500


@dataclass(frozen=True, slots=True)
class Job:
    """One row of the schedule: `cron` in UTC (a sixth field is seconds), what is done, and a sentence for people."""

    name: str
    cron: str
    do: Callable[[], object]
    sentence: str


def timers() -> int:
    """Handles every timer that is due; how many."""
    from bina.flow.cases import timers as cases

    total = 0
    while done := cases.dispatch(BATCH):
        total += done
    return total


def seal() -> bool:
    """Seals the ledger once a day, at the city's midnight or as soon after it as the worker lives."""
    from bina.flow.cases import seals
    from bina.ground.city import installation
    from bina.ground.sla import clock

    if not installation.exists():
        return False
    zone = installation.current().zone
    last = _last_seal()
    if last is not None and last.astimezone(ZoneInfo(zone)).date() >= clock.today(zone):
        return False
    return bool(seals.seal(config().home / "seals"))


def _last_seal() -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(at) FROM cases_seal")
        return cursor.fetchone()[0]


def terms() -> int:
    """Learns the words of new cases, for mistyped ones; how many cases were read."""
    from bina.flow.cases import search

    total = 0
    while done := search.learn():
        total += done
    return total


def forget() -> None:
    """Forgets what need not be kept: old keys, ended sessions, numbers of past calls and messages, unsent photos."""
    from django.contrib.sessions.backends.db import SessionStore

    from bina.flow.cases import staged
    from bina.flow.dialogue import calls, gateways, inbound
    from bina.flow.quality import orders

    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM cases_idempotency WHERE at < bina_now() - %s::interval", [timedelta(days=KEYS_DAYS)]
        )
    SessionStore.clear_expired()
    calls.forget()
    inbound.forget()
    gateways.forget()
    orders.forget()
    staged.forget()


def changes() -> int:
    """Makes the administrators' changes whose day has come, and moves the deadlines that they left."""
    from bina.flow.cases import changes as cases

    return cases.make_due()


def orders() -> int:
    """Carries out the bulk orders whose ten seconds have passed; how many."""
    from bina.flow.quality import orders as quality

    return quality.carry_out_due()


def readers() -> int:
    """Lets the readers of the history come up to its end; how many batches they took."""
    from bina.flow.cases import readers as cases

    return cases.read_all()


def messages() -> int:
    """Sends the messages that are due; how many went out."""
    from bina.flow.dialogue import sender

    return sender.send_due()


def rings() -> bool:
    """In a demo city lets the next call ring; whether one did."""
    from bina.flow.dialogue import rings as dialogue

    return dialogue.ring_on()


SCHEDULE = (
    Job("readers", "* * * * * */3", readers, "what follows from new lines of the ledger: messages to citizens"),
    Job("messages", "* * * * * 1-58/3", messages, "messages that are due, and what became of those begun"),
    Job("rings", "* * * * * */15", rings, "calls that ring by themselves, in a demo city alone"),
    Job("orders", "* * * * * */5", orders, "bulk orders whose ten seconds to take them back have passed"),
    Job("timers", "* * * * * */15", timers, "promises, deadlines and answer windows that fall due"),
    Job("changes", "* * * * *", changes, "ordered changes of the city whose day has come; the deadlines they move"),
    Job("terms", "*/2 * * * *", terms, "the words of new cases, for mistyped searches"),
    Job("seal", "*/10 * * * *", seal, "the day's seal of the ledger, after the city's midnight"),
    Job("forget", "40 0 * * *", forget, "old idempotency keys and orders, ended sessions, numbers of past calls"),
)


def _register(job: Job) -> None:
    """A job waits at most once and runs at most once at a time, however many workers there are."""

    @app.periodic(cron=job.cron)
    @app.task(name=f"bina.{job.name}", queueing_lock=job.name, lock=job.name, retry=RetryStrategy(max_attempts=2))
    def run(timestamp: int) -> None:
        from bina.ground.sla import version

        version.check(version.current())
        job.do()


@app.periodic(cron="* * * * *")
@app.task(name="bina.stalled", queueing_lock="stalled", pass_context=False)
async def stalled(timestamp: int) -> None:
    """Gives the jobs of a dead worker to a living one, and drops those that failed long ago."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        log.warning("job %s of a dead worker is done again", job.task_name)
        await app.job_manager.retry_job(job)
    await app.job_manager.delete_old_jobs(nb_hours=FAILED_HOURS, include_failed=True)


for _job in SCHEDULE:
    _register(_job)


def work() -> None:
    """Works until SIGTERM or SIGINT, then ends the job in hand; jobs that succeeded leave no row."""
    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        app.run_worker(
            concurrency=2, delete_jobs="successful", shutdown_graceful_timeout=GRACE_SECONDS,
            stalled_worker_timeout=STALLED_SECONDS,
        )  # fmt: skip
