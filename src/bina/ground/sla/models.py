"""Tables of working time: calendars, their dated hours, holidays, closures; the city's clock and version."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint


class HolidayStatus(StrEnum):
    """What an administrator decided about a proposed holiday; only confirmed ones stop the clocks."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class Calendar(models.Model):
    """When a unit works; `always` is the 24×7 of emergencies: no profile, no holiday touches it."""

    code = models.TextField(unique=True)
    name = models.TextField()
    name_en = models.TextField(default="")
    always = models.BooleanField(default=False)
    zone = models.TextField(default="")  # of its local days; empty: the installation's

    def __str__(self) -> str:
        return self.name


class Profile(models.Model):
    """Weekly hours from a day on, until (not including) valid_to; the highest rank that holds on a day wins."""

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="profiles")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    rank = models.IntegerField(default=0)
    hours = models.JSONField()  # {"0": [[450, 870]], …}: weekday 0 = Saturday … 6 = Friday → minute ranges of the day
    reason = models.TextField(default="")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["calendar", "rank", "valid_from"], name="sla_profile_once"),
            CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="sla_profile_forward"),
        ]


class Holiday(models.Model):
    """One public holiday as somebody proposed it, with who settled it and when."""

    date = models.DateField()
    name = models.TextField()
    name_en = models.TextField(default="")
    status = models.TextField(default="proposed")
    estimated = models.BooleanField(default=False)  # a lunar date that the sighting of the moon may still move
    source = models.TextField()
    confirmed_by = models.TextField(default="")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["date", "name"], name="sla_holiday_once"),
            CheckConstraint(condition=Q(status__in=["proposed", "confirmed", "rejected"]), name="sla_holiday_status"),
            CheckConstraint(
                condition=Q(status="proposed") | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by="")),
                name="sla_holiday_settled_by",
            ),
        ]


class Closure(models.Model):
    """A one-off closure by decree (pollution, cold, energy) of one calendar, or of all that are not 24×7.

    One entered by mistake is revoked, not deleted: promises were once reckoned with it.
    """

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, related_name="closures")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.TextField()
    source = models.TextField(default="")
    revoked_by = models.TextField(default="")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="sla_closure_forward")]


class Clock(models.Model):
    """The city's shift of time, one row: zero, except in a demo that is moved on by hand."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    shift = models.DurationField(default=timedelta(0))

    class Meta:
        constraints = [CheckConstraint(condition=Q(id=1), name="sla_clock_one_row")]


class CityVersion(models.Model):
    """One row whose number changes with every change of ground data; caches are kept by it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=1)

    class Meta:
        constraints = [CheckConstraint(condition=Q(id=1), name="sla_cityversion_one_row")]
