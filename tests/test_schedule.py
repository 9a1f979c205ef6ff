"""The worker's table of jobs: each can be planned, each does what it says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from croniter import croniter
from django.db import connection

from bina import schedule
from bina.config import config


@pytest.mark.parametrize("job", schedule.SCHEDULE, ids=lambda job: job.name)
def test_every_job_can_be_planned(job: schedule.Job) -> None:
    assert croniter.is_valid(job.cron)
    assert f"bina.{job.name}" in schedule.app.tasks
    assert job.sentence


@pytest.mark.django_db
def test_old_keys_are_forgotten_and_new_ones_kept() -> None:
    with connection.cursor() as cursor:
        for key, age in (("old", schedule.KEYS_DAYS + 1), ("new", schedule.KEYS_DAYS - 1)):
            cursor.execute(
                "INSERT INTO cases_idempotency (scope, key, route, body, result, at) "
                "VALUES ('s', %s, '', '', '{}', bina_now() - %s::interval)", [key, timedelta(days=age)],
            )  # fmt: skip
        schedule.forget()
        cursor.execute("SELECT key FROM cases_idempotency")
        assert cursor.fetchall() == [("new",)]


@pytest.mark.django_db
def test_without_a_city_there_is_nothing_to_seal_and_nothing_due() -> None:
    assert schedule.seal() is False
    assert schedule.timers() == 0


@pytest.mark.django_db
def test_the_ledger_is_sealed_once_a_day(city: object) -> None:
    seals = config().home / "seals"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_seal (n, digest, counts, at) VALUES (6000000, '', '{}', bina_now() - interval '2 days')"
        )
        assert schedule.seal() is False, "an empty ledger has nothing to seal"
        cursor.execute("INSERT INTO cases_ledger (n, event_id, digest) VALUES (7000000, 7000000, 'x')")
        assert schedule.seal() is True
        cursor.execute("INSERT INTO cases_ledger (n, event_id, digest) VALUES (7000001, 7000001, 'y')")
        assert schedule.seal() is False, "the day has its seal"
    (seals / "7000000.json").unlink()


@pytest.mark.django_db
def test_a_registration_is_told_and_sent_by_the_worker_s_jobs(city: object) -> None:
    from bina.flow.dialogue.models import Outbox
    from tests.flow.cast import new
    from tests.flow.dialogue.messages import entered

    assert (schedule.readers(), schedule.messages()) == (0, 0)
    new()
    entered()
    assert (schedule.readers(), schedule.messages()) == (1, 1)
    assert Outbox.objects.get().gateway == "telephone", "in a demo it stands on the telephone"
    assert (schedule.readers(), schedule.messages()) == (0, 0)


@pytest.mark.django_db
def test_without_a_city_no_message_is_sent() -> None:
    assert schedule.messages() == 0
