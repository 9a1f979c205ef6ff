"""Tables of the catalogue: what can be asked for, what is asked back or promised, why work waits, what is others'."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Dated(models.Model):
    """In force from valid_from until the day before valid_to; never deleted."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        abstract = True


class Group(Dated):
    """A group of subjects."""

    code = models.TextField(unique=True)
    name = models.TextField()
    name_en = models.TextField(default="")


class Subject(Dated):
    """One subject of the service, with its owner, hours, windows, questions and proofs."""

    code = models.TextField(unique=True)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="subjects")
    name = models.TextField()
    name_en = models.TextField(default="")
    owner_code = models.TextField()
    onward = models.JSONField(default=list)
    deadline_seconds = models.IntegerField()
    deadline_clock = models.TextField()
    priority = models.SmallIntegerField()
    hazard = models.BooleanField(default=False)
    credit = models.TextField()
    driver = models.TextField(default="")
    sensitivity = models.SmallIntegerField(default=0)
    questions = models.JSONField(default=list)
    proof = models.JSONField(default=dict)
    answer_window_days = models.SmallIntegerField(default=7)
    guarantee_days = models.SmallIntegerField(default=30)
    check_results = models.TextField(default="all")
    first_answer_seconds = models.IntegerField()
    first_answer_clock = models.TextField(default="working")  # of the centre's calendar; clock: at any hour
    result_promise = models.BooleanField(default=False)
    place_required = models.BooleanField(default=True)
    keywords = models.JSONField(default=list)
    source = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(deadline_clock__in=["working", "clock"]), name="subject_clock"),
            models.CheckConstraint(condition=Q(priority__gte=1, priority__lte=4), name="subject_priority"),
            models.CheckConstraint(condition=Q(credit__in=["N", "O", "C", "C*"]), name="subject_credit"),
            models.CheckConstraint(condition=Q(sensitivity__gte=0, sensitivity__lte=2), name="subject_sensitivity"),
            models.CheckConstraint(condition=Q(check_results__in=["all", "sample", "none"]), name="subject_check"),
            models.CheckConstraint(
                condition=Q(first_answer_clock__in=["working", "clock"]), name="subject_first_clock"
            ),
        ]


class Constraint(Dated):
    """A reason why work may wait; `rank` is the total order by which a moment is charged to one hold of several."""

    code = models.TextField(unique=True)
    name = models.TextField()
    name_en = models.TextField(default="")
    grp = models.TextField()
    rank = models.IntegerField()
    owner_kind = models.TextField()
    confirmer_code = models.TextField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rank"], condition=Q(valid_to=None), name="constraint_rank"),
            models.CheckConstraint(
                condition=Q(grp__in=["legal", "utility", "plan", "credit", "season", "citizen", "other"]),
                name="constraint_group",
            ),
            models.CheckConstraint(
                condition=Q(owner_kind__in=["up", "outside", "credit", "citizen", "other", "unit"]),
                name="constraint_owner",
            ),
        ]


class Answer(Dated):
    """One answer of the bank: what is read out to who asks it, as long as it holds; `owner` keeps it true."""

    code = models.TextField(unique=True)
    title = models.TextField()
    body = models.TextField()
    keywords = models.JSONField(default=list)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="answers")
    owner = models.TextField(default="")


class Diversion(Dated):
    """A matter that is another body's, or an emergency: whose, its number, and what is said at once."""

    code = models.TextField(unique=True)
    name = models.TextField()
    name_en = models.TextField(default="")
    number = models.TextField()  # as it is dialled: digits
    emergency = models.BooleanField(default=False)
    sentence = models.TextField()
    sentence_en = models.TextField(default="")
    keywords = models.JSONField(default=list)  # phrases; one of them whole in what was said is enough
    source = models.TextField(default="")
