"""Tables of quality: follow-ups, one act towards a body about one case or many."""

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
