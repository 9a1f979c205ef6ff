"""Tables of the case: the history, its ledger, and the rows that can be rebuilt from it."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from bina.flow.cases.columns import PointField

STREAMS = ("case", "contact", "followup", "demand", "credit", "city", "erasure")
OPEN = ~Q(state="closed")
MAPPED = ("hands", "hazard", "sensitivity", "district", "unit", "desk", "subject", "state")  # what a map narrows by


def ground(to: str, **more: Any) -> models.ForeignKey:
    """A reference to the ground floor without a constraint: ground rows are only ever ended, never deleted, and a
    checked key would lock the same few rows in every registration (see docs/decisions)."""
    return models.ForeignKey(
        to, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+", **more
    )


class Event(models.Model):
    """One line of history; never changed, never deleted (a trigger and the rights refuse it)."""

    stream_kind = models.TextField()
    stream_id = models.BigIntegerField()
    seq = models.IntegerField()
    verb = models.TextField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.TextField()
    channel = models.TextField()
    origin = models.TextField()
    given = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream_kind", "stream_id", "seq"], name="event_once"),
            # The kinds of stream and the origins are checked too: they are domains (migration 0012).
        ]


class Inbox(models.Model):
    """Committed events that the clerk has not yet entered in the ledger."""

    event_id = models.BigIntegerField(primary_key=True)


class Ledger(models.Model):
    """The city's book of events: gapless, in commit order, each line chained to the one before."""

    n = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    digest = models.BinaryField()


class Seal(models.Model):
    """A midnight's statement of the ledger: line, digest, counts; also a file outside the database."""

    n = models.BigIntegerField()
    digest = models.BinaryField()
    counts = models.JSONField()
    at = models.DateTimeField()


class Reader(models.Model):
    """How far each reader of the history has come; its effects and its position commit together."""

    name = models.TextField(primary_key=True)
    n = models.BigIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    failure = models.TextField(default="")


class SetAside(models.Model):
    """A line of the ledger that a reader could not take: kept with its reason and tried again, so the rest goes on."""

    reader = models.TextField()
    n = models.BigIntegerField()
    reason = models.TextField()
    tries = models.SmallIntegerField(default=1)
    next_at = models.DateTimeField(null=True)  # None: tried often enough, somebody has to look

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "n"], name="setaside_once")]


class Case(models.Model):
    """Summary of one case's history; every column follows from its events (summary.py says how)."""

    code = models.TextField()
    seq = models.IntegerField()
    state = models.TextField()
    outcome = models.TextField(null=True)
    subject = ground("catalogue.Subject")
    district = ground("city.Area", null=True)
    subdistrict = ground("city.Area", null=True)
    neighbourhood = ground("city.Area", null=True)
    desk = ground("city.Desk", null=True)
    unit = ground("city.Unit", null=True)
    place = models.TextField()
    lat_e6 = models.IntegerField(null=True)
    lon_e6 = models.IntegerField(null=True)
    point = PointField(null=True)
    hands = models.TextField()
    hands_since = models.DateTimeField()
    priority = models.SmallIntegerField()
    hazard = models.BooleanField()
    sensitivity = models.SmallIntegerField()
    registered_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    unit_due_at = models.DateTimeField(null=True)
    news_due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    answer_until = models.DateTimeField(null=True)
    guarantee_until = models.DateTimeField(null=True)
    word_at = models.DateTimeField(null=True)
    finding = models.TextField(null=True)
    authors = models.IntegerField()
    recontacts = models.IntegerField()
    disputes = models.SmallIntegerField()
    returns = models.SmallIntegerField()
    send_backs = models.SmallIntegerField()
    calls = models.SmallIntegerField()
    merged_into_id = models.BigIntegerField(null=True)
    origin = models.TextField()
    old_code = models.TextField(null=True)
    more = models.JSONField()

    class Meta:
        constraints = [
            # Its state is one of six words (a domain), and what is closed has an outcome: migrations 0010, 0012.
            # Not `unique=True`: that adds a second index for LIKE, which no search of a code uses.
            models.UniqueConstraint(fields=["code"], name="cases_case_code"),
        ]
        indexes = [
            # Nearness and the map ask for open cases alone: what they read stands in the index, so that thousands of
            # points cost no row. By place for a piece of the map, by number for the newest of the whole city.
            GistIndex(fields=["point"], condition=OPEN, include=["id", *MAPPED], name="case_open_point"),
            models.Index(fields=["id"], condition=OPEN, include=["point", *MAPPED], name="case_open"),
            models.Index(fields=["desk", "id"], condition=OPEN, name="case_desk_open"),
            models.Index(
                fields=["unit", "unit_due_at", "id"], condition=OPEN & Q(unit__isnull=False), name="case_unit_open"
            ),
            # None on the district: one row in thirteen is found as fast from the newest backwards.
            models.Index(fields=["subject", "id"], name="case_subject"),
            models.Index(fields=["old_code"], condition=Q(old_code__isnull=False), name="case_old_code"),
            models.Index(fields=["merged_into_id"], condition=Q(merged_into_id__isnull=False), name="case_merged"),
            models.Index(fields=["answer_until", "id"], condition=Q(state="reported"), name="case_reported"),
            # What waits for a supervisor's decision or an inspector's eye: few rows among all that are open, and among
            # all that are closed. One index, since each that is there is opened at every registration.
            models.Index(
                fields=["district", "id"],
                condition=Q(state="registered", returns__gte=2)
                | (OPEN & Q(more__has_key="proposal"))
                | (Q(state="closed") & (Q(more__has_key="objection") | Q(more__has_key="reopening")))
                | Q(state="reported", more__has_key="inspection"),
                name="case_watched",
            ),
        ]


class CaseText(models.Model):
    """Where the case is, in words, and what is searched; erasable. Apart from Case, whose rows change often."""

    case_id = models.BigIntegerField(primary_key=True)
    address = models.TextField(default="")
    # The words of both, each once (a fifth of the entries that its letter triples would make), and of authors' names.
    # Not generated: the expression of a generated column is read anew, from text, at each insert.
    terms = SearchVectorField(default="")

    class Meta:
        indexes = [GinIndex(fields=["terms"], name="casetext_terms")]


class Term(models.Model):
    """A word that people use and in how many cases: where a mistyped word finds its neighbours."""

    word = models.TextField(primary_key=True)
    cases = models.IntegerField()

    class Meta:
        indexes = [GinIndex(OpClass(models.F("word"), "gin_trgm_ops"), name="term_word")]


class Contact(models.Model):
    """One message by one person through one channel; never lost, never merged away, its person erasable."""

    case_id = models.BigIntegerField(null=True)
    kind = models.TextField()
    channel = models.TextField()
    reason = models.TextField(null=True)
    at = models.DateTimeField()
    actor = models.TextField()
    subject = ground("catalogue.Subject", null=True)
    district = ground("city.Area", null=True)
    instant = models.BooleanField(default=False)
    tell_by = models.TextField(default="none")
    outside = models.TextField(null=True)
    origin = models.TextField()
    withdrawn_at = models.DateTimeField(null=True)
    name = models.TextField(default="")
    phone = models.TextField(null=True)
    words = models.TextField(default="")
    answers = models.JSONField(default=dict)
    outside_ref = models.TextField(default="")
    lang = models.TextField(default="fa")
    salt = models.BinaryField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["case_id"], condition=Q(case_id__isnull=False), name="contact_case"),
            models.Index(fields=["phone", "id"], condition=Q(phone__isnull=False), name="contact_phone"),
        ]


class Words(models.Model):
    """Free words of staff that an event points to by their hash; erasable, so they never stand in the event."""

    stream_kind = models.TextField()
    stream_id = models.BigIntegerField()
    seq = models.IntegerField()
    text = models.TextField()
    salt = models.BinaryField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream_kind", "stream_id", "seq"], name="words_once")]


class Attachment(models.Model):
    """A photo of a case: a re-encoded file named by its content; place and time of the photo as read from it."""

    case_id = models.BigIntegerField(null=True)
    contact_id = models.BigIntegerField(null=True)
    stage = models.TextField()
    sha256 = models.TextField()
    salt = models.BinaryField(null=True)
    bytes = models.IntegerField()
    width = models.IntegerField()
    height = models.IntegerField()
    taken_at = models.DateTimeField(null=True)
    lat_e6 = models.IntegerField(null=True)
    lon_e6 = models.IntegerField(null=True)
    at = models.DateTimeField()
    actor = models.TextField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["case_id"], condition=Q(case_id__isnull=False), name="attachment_case"),
            models.Index(fields=["sha256"], name="attachment_sha256"),
        ]


class Referral(models.Model):
    """A case given to a unit, organisation or deputy; known by the event that opened it."""

    case_id = models.BigIntegerField()
    seq = models.IntegerField()
    kind = models.TextField()
    unit = ground("city.Unit")
    at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    notified_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.TextField(null=True)
    reason = models.TextField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "seq"], name="referral_once"),
            models.CheckConstraint(condition=Q(kind__in=["main", "rework", "side"]), name="referral_kind"),
        ]
        indexes = [
            models.Index(fields=["unit", "id"], condition=Q(ended_at__isnull=True), name="referral_unit_open"),
        ]


class Promise(models.Model):
    """What was told to whom with which date; kept, broken or open. Known by the event that gave it.

    Its kinds are a domain of the database (migration 0012).
    """

    pk = models.CompositePrimaryKey("case_id", "seq")
    case_id = models.BigIntegerField()
    seq = models.IntegerField()
    kind = models.TextField()
    due_at = models.DateTimeField()
    given_at = models.DateTimeField()
    contact_id = models.BigIntegerField(null=True)
    kept_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)
    put_off = models.DateTimeField(null=True)  # until when breaking it is not tried again, since that failed

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(kept_at=None, broken_at=None), name="promise_due"),
        ]


class Timer(models.Model):
    """What must happen at an hour unless something happens before; set and stopped by the verbs.

    A promise that is open needs none: it falls due by its own row.
    """

    pk = models.CompositePrimaryKey("stream_kind", "stream_id", "kind", "step")
    stream_kind = models.TextField()
    stream_id = models.BigIntegerField()
    kind = models.TextField()
    step = models.IntegerField(default=0)
    due_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="timer_due")]


class Idempotency(models.Model):
    """A key that came with a write: the same key gives the same answer, and nothing is done twice.

    No index by time: the nightly forgetting reads the month that is kept, which costs less than each write's entry.
    """

    pk = models.CompositePrimaryKey("scope", "key")
    scope = models.TextField()
    key = models.TextField()
    route = models.TextField()
    body = models.BinaryField()
    result = models.JSONField()
    at = models.DateTimeField()


class Presence(models.Model):
    """Who has a case open at this moment."""

    case_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "person_id"], name="presence_once")]


class Client(models.Model):
    """A machine that may call the API: its key is kept as a hash only, and shown once when made."""

    name = models.TextField()
    key_hash = models.BinaryField(unique=True)
    active = models.BooleanField(default=True)
    stamp = models.IntegerField(default=1)
    sensitivity = models.SmallIntegerField(default=0)
    district = ground("city.Area", null=True)
    unit = ground("city.Unit", null=True)
    scopes = models.JSONField(default=list)
    rate_per_minute = models.IntegerField(null=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
