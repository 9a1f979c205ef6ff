"""Tables of dialogue: what is to be sent, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Outbox(models.Model):
    """One message to one person; sent by a lease so that a crash never sends it twice blindly.

    The number stands in the contact alone; the words are emptied with it.
    """

    case_id = models.BigIntegerField(null=True)  # None: an answer to somebody without a request
    seq = models.IntegerField()  # the event that is told; of an answer to a message: that message's number
    template = models.TextField()
    contact_id = models.BigIntegerField()
    means = models.TextField()
    body = models.TextField()
    state = models.TextField(default="waiting")
    attempts = models.SmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField()  # not before then: a failed one waits longer each time
    gateway = models.TextField(default="")
    gateway_id = models.TextField(default="")
    reason = models.TextField(default="")  # why it was not sent
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
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(state__in=["waiting", "sending", "unknown"]), name="outbox_due"
            ),
            models.Index(fields=["contact_id"], name="outbox_contact"),
            models.Index(fields=["made_at"], condition=Q(state="failed"), name="outbox_failed"),
        ]


class Incoming(models.Model):
    """One text message that came in: what was understood and done; the same told twice by its gateway is one."""

    gateway = models.TextField()
    ref = models.TextField()  # the gateway's own name of the message
    phone = models.TextField(null=True)
    text = models.TextField(default="")
    at = models.DateTimeField()
    did = models.TextField(default="")
    case_id = models.BigIntegerField(null=True)
    contact_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gateway", "ref"], name="incoming_once")]
        indexes = [
            models.Index(fields=["phone", "at"], condition=Q(phone__isnull=False), name="incoming_phone"),
            models.Index(fields=["case_id"], condition=Q(case_id__isnull=False), name="incoming_case"),
            models.Index(fields=["contact_id"], condition=Q(contact_id__isnull=False), name="incoming_contact"),
        ]


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


class Calling(models.Model):
    """Whom a caller has on the line from the call-back queue, by a contact of his; it runs out by itself."""

    contact_id = models.BigIntegerField(unique=True)
    person_id = models.BigIntegerField()
    until = models.DateTimeField()
