"""Tables of credit: lines, tranches with due and hand-over dates, what is set aside for a case."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bina.flow.cases.models import ground


class CreditLine(models.Model):
    """A budget line (ردیف): approved amount in rial, by area and fiscal (Jalali) year."""

    code = models.TextField(unique=True)
    name = models.TextField()
    year = models.IntegerField()
    kind = models.TextField()
    approved = models.BigIntegerField()
    area = ground("city.Area", null=True)
    owner = ground("city.Unit", null=True)
    source = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["running", "capital"]), name="creditline_kind"),
            models.CheckConstraint(condition=Q(approved__gte=0), name="creditline_approved"),
        ]


class Tranche(models.Model):
    """A stage of a line's allocation: what is due when, what was handed over when, by which document."""

    line = models.ForeignKey(CreditLine, on_delete=models.PROTECT, related_name="tranches")
    number = models.SmallIntegerField()
    amount_due = models.BigIntegerField()
    due_on = models.DateField()
    amount_given = models.BigIntegerField(null=True)
    given_on = models.DateField(null=True)
    document = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "number"], name="tranche_once"),
            models.CheckConstraint(condition=Q(amount_due__gte=0), name="tranche_due"),
        ]


class Encumbrance(models.Model):
    """Money of a line set aside for a case (تأمین اعتبار); freed when the case leaves waiting unpaid."""

    line = models.ForeignKey(CreditLine, on_delete=models.PROTECT, related_name="encumbrances")
    case_id = models.BigIntegerField()
    seq = models.IntegerField()
    amount = models.BigIntegerField()
    at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    freed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "seq"], name="encumbrance_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="encumbrance_amount"),
        ]
