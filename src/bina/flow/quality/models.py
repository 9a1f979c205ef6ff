"""Tables of quality: follow-ups, one act towards a body about one case or many; bulk orders; saved filters."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bina.flow.cases.models import ground


class FollowUp(models.Model):
    """One act towards a unit, crew or body; a date it gave is the unit's word, and returns that day."""

    unit = ground("city.Unit", null=True)
    person = ground("city.Person", null=True)
    means = models.TextField()
    to = models.TextField(default="")
    at = models.DateTimeField()
    word_at = models.DateTimeField(null=True)
    answer = models.TextField(default="")
    salt = models.BinaryField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(means__in=["phone", "in_person", "message", "letter"]), name="followup_means"
            )
        ]
        indexes = [models.Index(fields=["unit", "at"], name="followup_unit")]


class Order(models.Model):
    """A bulk action as it was asked for: shown for ten seconds, then carried out case by case by the worker."""

    person = ground("city.Person")
    verb = models.TextField()
    given = models.JSONField(default=dict)
    words = models.TextField(default="")
    channel = models.TextField()
    key = models.TextField()
    state = models.TextField(default="waiting")
    made_at = models.DateTimeField()
    run_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="order_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "taken_back"]), name="order_state"
            ),
        ]
        indexes = [
            models.Index(fields=["run_at"], condition=Q(state__in=["waiting", "running"]), name="order_due"),
            models.Index(fields=["person", "id"], name="order_person"),
        ]


class OrderLine(models.Model):
    """One case of an order: the event its orderer had seen, and what came of it."""

    pk = models.CompositePrimaryKey("order", "case_id")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    case_id = models.BigIntegerField()
    seq = models.IntegerField()
    result = models.TextField(default="")
    sentence = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(result__in=["", "done", "moved", "not_allowed", "refused"]), name="orderline_result"
            )
        ]


class SavedFilter(models.Model):
    """A filter of the worklist that a person named, with the mark by which it is shared."""

    person = ground("city.Person")
    name = models.TextField()
    query = models.TextField()
    mark = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="savedfilter_name"),
            models.UniqueConstraint(fields=["mark"], name="savedfilter_mark"),
        ]
