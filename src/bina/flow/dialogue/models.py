"""Tables of dialogue: what is to be sent, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Outbox(models.Model):
    """One message to one person; sent by a lease so that a crash never sends it twice blindly."""

    case_id = models.BigIntegerField()
    seq = models.IntegerField()
    template = models.TextField()
    contact_id = models.BigIntegerField()
    means = models.TextField()
    body = models.TextField()
    state = models.TextField(default="waiting")
    attempts = models.SmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    gateway_id = models.TextField(default="")
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "seq", "template", "contact_id"], name="outbox_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending", "sent", "unknown", "failed", "dropped"]),
                name="outbox_state",
            ),
        ]
        indexes = [models.Index(fields=["made_at"], condition=Q(state="waiting"), name="outbox_waiting")]


class Call(models.Model):
    """One call on a line, as the telephone exchange tells of it; its number is emptied a day after the call."""

    client_id = models.BigIntegerField()  # the API key that told of it
    ref = models.TextField()  # the exchange's own name of the call
    line = models.TextField()
    phone = models.TextField(null=True)
    hidden = models.BooleanField(default=False)
    rang_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    person_id = models.BigIntegerField(null=True)  # the operator who took it
    case_id = models.BigIntegerField(null=True)  # what it became

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client_id", "ref"], name="call_once")]
        indexes = [
            models.Index(fields=["rang_at"], condition=Q(answered_at=None, ended_at=None), name="call_ringing"),
            models.Index(fields=["rang_at"], condition=Q(phone__isnull=False), name="call_number"),
        ]
