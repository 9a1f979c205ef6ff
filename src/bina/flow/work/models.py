"""Tables of work: jobs of crews and contractors, visits among them; results from paper that wait for a photo."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bina.flow.cases.models import ground


class Job(models.Model):
    """One piece of work by one crew; known by the event of its case that planned it. A visit is a job too."""

    case_id = models.BigIntegerField()
    seq = models.IntegerField()
    kind = models.TextField()
    crew = ground("city.Crew", null=True)
    unit = ground("city.Unit", null=True)
    state = models.TextField()
    plan_at = models.DateTimeField(null=True)
    planned_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    ended_by = models.TextField(null=True)
    quantity = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "seq"], name="job_once"),
            models.CheckConstraint(condition=Q(kind__in=["work", "visit"]), name="job_kind"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "started", "done", "cancelled"]), name="job_state"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "plan_at"], condition=Q(state__in=["planned", "started"]), name="job_open"),
            models.Index(fields=["unit", "done_at"], condition=Q(done_at__isnull=False), name="job_done"),
        ]


class Slip(models.Model):
    """A result read off paper whose proof is not here yet: kept until its photo comes, and then recorded and gone."""

    case_id = models.BigIntegerField(primary_key=True)
    unit = ground("city.Unit")
    finding = models.TextField()
    quantity = models.BigIntegerField(null=True)
    done_on = models.DateField(null=True)
    words = models.TextField(default="")
    actor = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["unit", "at"], name="slip_unit")]
