"""Tables of the city: the installation, areas, bodies, streets, crews, desks, people, rights, looks at persons."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value

from bina.ground.city.roles import Role

AREA_KINDS = ["district", "subdistrict", "neighbourhood"]
UNIT_KINDS = ["centre", "district", "unit", "subdistrict", "organisation", "deputy", "directorate", "outside"]
STREET_KINDS = ["street", "boulevard", "square", "landmark", "neighbourhood", "alley_root"]


class Installation(models.Model):
    """The one row that says which city this is; `demo` is written at creation and never by a setting."""

    uid = models.UUIDField()
    code = models.TextField()
    name = models.TextField()
    name_en = models.TextField()
    demo = models.BooleanField(default=False)
    zone = models.TextField(default="Asia/Tehran")
    area_code = models.TextField(default="021")
    origin_lat_e6 = models.IntegerField()
    origin_lon_e6 = models.IntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(Value(1), name="installation_once")]


class Dated(models.Model):
    """Ground data are never deleted, only ended: in force from valid_from until the day before valid_to."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        abstract = True


class Area(Dated):
    """A district, sub-district or neighbourhood, with its (perhaps approximate) shape."""

    kind = models.TextField()
    code = models.TextField(unique=True)
    name = models.TextField()
    name_en = models.TextField(default="")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    lat_e6 = models.IntegerField(null=True)
    lon_e6 = models.IntegerField(null=True)
    shape = models.JSONField(null=True)
    approximate = models.BooleanField(default=False)
    population = models.IntegerField(null=True)
    development = models.JSONField(null=True)
    source = models.TextField(default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=AREA_KINDS), name="area_kind")]


class Unit(Dated):
    """Any body that a case can be referred to: a district's unit, an organisation, a deputy, an outside body."""

    code = models.TextField(unique=True)
    kind = models.TextField()
    name = models.TextField()
    name_en = models.TextField(default="")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="units")
    calendar_code = models.TextField(default="office")
    phone = models.TextField(default="")
    level = models.SmallIntegerField(default=2)
    source = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=UNIT_KINDS),
                name="unit_kind",
            )
        ]


class Street(Dated):
    """A name that people give as a place: street, square, landmark, neighbourhood."""

    name = models.TextField()
    kind = models.TextField()
    fold = models.TextField()
    lat_e6 = models.IntegerField()
    lon_e6 = models.IntegerField()
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="streets")
    approximate = models.BooleanField(default=False)
    source = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fold", "kind", "lat_e6", "lon_e6"], name="street_once")]
        indexes = [GinIndex(OpClass(models.F("fold"), "gin_trgm_ops"), name="street_fold")]


class Crew(Dated):
    """An executive team or contractor of a unit."""

    code = models.TextField(unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="crews")
    name = models.TextField()
    contractor = models.BooleanField(default=False)


class Desk(Dated):
    """A follow-up desk: a district, perhaps one sub-district, perhaps one subject group."""

    code = models.TextField(unique=True)
    name = models.TextField()
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="desks")
    subdistrict = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    group_code = models.TextField(null=True)


class People(BaseUserManager):
    """Finds a person by the name he signs in with."""

    def get_by_natural_key(self, username: str | None) -> Any:
        return self.get(username=username)


class Person(AbstractBaseUser):
    """Somebody who works with the system."""

    username = models.TextField(unique=True)
    name = models.TextField()
    phone = models.TextField(default="")
    email = models.TextField(default="")
    is_active = models.BooleanField(default=True)

    objects = People()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: list[str] = []


class DeskHolder(Dated):
    """Who holds a desk; leave and substitution are dated rows, no events."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="holders")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="desks")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk", "person", "valid_from"], name="desk_holder_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="holder_forward"
            ),
        ]


class Right(Dated):
    """A person's role, for one unit or district or the whole city, up to a sensitivity."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="rights")
    role = models.TextField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    sensitivity = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=[str(role) for role in Role]), name="right_role"),
            models.CheckConstraint(condition=Q(sensitivity__gte=0, sensitivity__lte=2), name="right_sensitivity"),
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="right_forward"),
        ]


class Look(models.Model):
    """Somebody looked at a citizen's personal data."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    actor = models.TextField()
    case_id = models.BigIntegerField(null=True)
    what = models.TextField()
    reason = models.TextField(default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["case_id", "at"], name="look_case")]


class Former(models.Model):
    """What a ground row said before it was changed or ended: the row keeps its id, its earlier wording stands here."""

    what = models.TextField()  # area, unit, subject, …
    key = models.TextField()
    row = models.JSONField()  # as the city's folder would have written it: codes, no ids
    valid_from = models.DateField()
    valid_to = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["what", "key", "valid_to"], name="former_row")]


class PlannedChange(models.Model):
    """A change of one ground row that an administrator ordered for a day to come; made then, or taken back before."""

    what = models.TextField()  # subject, unit, …
    key = models.TextField()
    values = models.JSONField()  # the fields that change
    on = models.DateField()
    why = models.TextField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    ordered_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["on"], name="planned_due", condition=Q(done_at=None, revoked_at=None)),
            models.Index(fields=["what", "key"], name="planned_of"),
        ]
