"""The known street names nearest to a point: what an address near it would name."""

from __future__ import annotations

from bina.ground.city.models import Street
from bina.ground.sla.version import per_version


@per_version
def streets() -> tuple[tuple[int, int, str], ...]:
    rows = Street.objects.filter(kind__in=("street", "boulevard", "square")).values_list("lat_e6", "lon_e6", "name")
    return tuple(rows)


def streets_near(lat_e6: int, lon_e6: int, limit: int = 3) -> list[str]:
    """Names of the streets whose known point lies nearest (micro-degrees), nearest first."""

    def away(street: tuple[int, int, str]) -> int:
        return (street[0] - lat_e6) ** 2 + (street[1] - lon_e6) ** 2

    return [name for _lat, _lon, name in sorted(streets(), key=away)[:limit]]
