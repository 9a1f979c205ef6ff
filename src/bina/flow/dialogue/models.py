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
