"""Which city this is: one row, written when the installation is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from bina.ground.city.models import Installation
from bina.ground.sla import clock, version
from bina.ground.sla.version import per_version


class NoInstallation(LookupError):
    """The database holds no city yet."""


class OtherInstallation(ValueError):
    """The database already belongs to a city."""


@dataclass(frozen=True, slots=True)
class InstallationRow:
    """The city: its identity, names, zone, telephone area code, and the origin of its local metres (micro-degrees)."""

    uid: UUID
    code: str
    name: str
    name_en: str
    demo: bool
    zone: str
    area_code: str
    origin_lat_e6: int
    origin_lon_e6: int
    made_at: datetime


@per_version
def current() -> InstallationRow:
    """The city of this database; NoInstallation, with what to type, before one was made."""
    row = Installation.objects.first()
    if row is None:
        raise NoInstallation("No city stands in this database yet. Make one: ./bina new CITY, or ./bina demo.")
    return _row(row)


def exists() -> bool:
    """Whether a city was made in this database."""
    return Installation.objects.exists()


def create(
    *,
    code: str,
    name: str,
    name_en: str = "",
    demo: bool = False,
    zone: str = "Asia/Tehran",
    area_code: str = "",
    origin_lat_e6: int,
    origin_lon_e6: int,
) -> InstallationRow:
    """Makes the city of this database, once; OtherInstallation if one stands. `demo` can never be changed later."""
    row = Installation(
        uid=uuid4(), code=code, name=name, name_en=name_en, demo=demo, zone=zone, area_code=area_code,
        origin_lat_e6=origin_lat_e6, origin_lon_e6=origin_lon_e6, made_at=clock.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            version.bump()
    except IntegrityError as error:
        if "installation_once" not in str(error):
            raise
        raise OtherInstallation(f"This database already holds a city; “{name}” needs a database of its own.") from None
    return _row(row)


def rename(*, name: str, name_en: str, zone: str, area_code: str) -> InstallationRow:
    """Changes what may change of a city; its code, its identity and the origin of its metres stay."""
    row = Installation.objects.get()
    row.name, row.name_en, row.zone, row.area_code = name, name_en, zone, area_code
    row.save(update_fields=["name", "name_en", "zone", "area_code"])
    version.bump()
    return _row(row)


def today() -> date:
    """The day it is now in the city, by the transaction's moment."""
    return clock.today(current().zone)


def _row(row: Installation) -> InstallationRow:
    return InstallationRow(
        uid=row.uid, code=row.code, name=row.name, name_en=row.name_en, demo=row.demo, zone=row.zone,
        area_code=row.area_code, origin_lat_e6=row.origin_lat_e6, origin_lon_e6=row.origin_lon_e6,
        made_at=row.made_at,
    )  # fmt: skip
