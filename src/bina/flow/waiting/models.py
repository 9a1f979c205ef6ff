"""Tables of waiting: holds with their owners and review dates, upward demands and the cases they are for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bina.flow.cases.models import ground


class Hold(models.Model):
    """A named reason why work cannot go on; known by the event of its case that placed it."""

    case_id = models.BigIntegerField()
    seq = models.IntegerField()
    constraint = ground("catalogue.Constraint")
    rank = models.IntegerField()
    owner = models.TextField()
    body = ground("city.Unit", null=True)
    line_id = models.BigIntegerField(null=True)
    word = models.TextField()
    since = models.DateTimeField()
    review_at = models.DateTimeField()
    silent_at = models.DateTimeField(null=True)
    credit_due_at = models.DateTimeField(null=True)
    attested_at = models.DateTimeField(null=True)
    contested_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.TextField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "seq"], name="hold_once"),
            models.CheckConstraint(condition=Q(word__in=["proposed", "attested", "contested"]), name="hold_word"),
        ]
        indexes = [
            models.Index(fields=["line_id"], condition=Q(ended_at__isnull=True, line_id__isnull=False),
                         name="hold_line_open"),
            models.Index(fields=["body", "id"], condition=Q(ended_at__isnull=True), name="hold_body_open"),
            models.Index(fields=["review_at"], condition=Q(ended_at__isnull=True), name="hold_review"),
        ]  # fmt: skip


class Demand(models.Model):
    """A dated, numbered letter from a district to an organisation or deputy, for one case or many."""

    number = models.TextField(unique=True)
    body = ground("city.Unit")
    area = ground("city.Area", null=True)
    state = models.TextField()
    drafted_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    signed_by = models.TextField(null=True)
    registry_number = models.TextField(default="")
    received_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "signed", "received", "answered", "passed_on"]), name="demand_state"
            )
        ]


class DemandCase(models.Model):
    """One case in one demand; marked when the case went on without the answer."""

    demand = models.ForeignKey(Demand, on_delete=models.PROTECT, related_name="cases")
    case_id = models.BigIntegerField()
    seq = models.IntegerField()
    overtaken_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["demand", "case_id"], name="demandcase_once")]
        indexes = [models.Index(fields=["case_id"], name="demandcase_case")]
