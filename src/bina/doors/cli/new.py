"""`./bina new CITY`: an installation from a city's folder, and its first administrator's one-time link."""

from __future__ import annotations

import argparse
from pathlib import Path

from bina.config import Config, config
from bina.doors.cli import installation
from bina.doors.cli.refusal import Refused

CITIES = Path(__file__).resolve().parents[4] / "cities"


def run(argv: list[str]) -> int:
    """Makes it and prints the link; on an installation whose administrator has no password yet, a new link."""
    parser = argparse.ArgumentParser(prog="bina new", description=__doc__)
    parser.add_argument("city", metavar="CITY", help="a folder of city data, or the name of one in cities/")
    parser.add_argument("--admin", default="admin", metavar="NAME", help="the administrator's sign-in name")
    parser.add_argument("--shapes", type=Path, metavar="FILE", help="GeoJSON of the areas, if not its shapes.geojson")
    given = parser.parse_args(argv)
    settings = config()
    source = folder(given.city)
    installation.prepare(settings.home)
    with installation.alone(settings.home), installation.open_database(settings, fresh=True):
        made = make(source, demo=False, shapes=given.shapes)
        person_id = _administrator(given.admin, made=made)
        address = invitation(settings, person_id)
    print(f"The installation stands in {settings.home}. Run it: ./bina up")
    print("Its first administrator sets a password here, once, within 48 hours:")
    print(f"  {address}")
    return 0


def folder(city: str) -> Path:
    """A city's folder by path or by name; Refused, with the names there are, if there is none."""
    for candidate in (Path(city).expanduser(), CITIES / city):
        if candidate.is_dir():
            return candidate.resolve()
    known = ", ".join(sorted(p.name for p in CITIES.iterdir() if p.is_dir())) if CITIES.is_dir() else ""
    raise Refused(f"There is no city folder «{city}». In cities/ there are: {known or 'none'}.")


def make(source: Path, *, demo: bool, shapes: Path | None = None) -> bool:
    """Loads the city of a folder into an empty database; False if that very city stands already, Refused if another."""
    from bina.doors.cli import cityload
    from bina.ground.city import installation as city

    if city.exists():
        standing = city.current()
        if standing.code != cityload.code_of(source) or standing.demo != demo:
            raise Refused(
                f"In {config().home} the {'demo city' if standing.demo else 'city'} {standing.name} already stands. "
                "Give the new one a folder of its own: BINA_HOME=/somewhere/else ./bina …"
            )
        return False
    try:
        cityload.load(source, demo=demo, shapes=shapes)
    except cityload.WrongFolder as error:
        raise Refused(f"{source} cannot be loaded; no city was made.\n{error}") from None
    return True


def _administrator(username: str, *, made: bool) -> int:
    """The first administrator's id; Refused when somebody of an older installation has set a password."""
    from django.db import transaction

    from bina.ground.city import people
    from bina.ground.city.roles import Role

    person = people.by_username(username)
    if person is None:
        if not made:
            raise Refused(f"The city stands already, and nobody there signs in as «{username}». Name him: --admin NAME")
        with transaction.atomic():
            person_id = people.add(username=username, name="مدیر سامانه")
            people.give_right(person_id, Role.ADMIN)
        return person_id
    if person.has_usable_password():
        raise Refused(f"This city stands already, and «{username}» has a password. Run it: ./bina up")
    return int(person.pk)


def invitation(settings: Config, person_id: int) -> str:
    """The address of a one-time link."""
    from bina.ground.city import invitations

    return f"{address(settings)}/first/{invitations.make(person_id)}"


def address(settings: Config, port: int = 0) -> str:
    """The address people of this machine reach the installation by, without a slash at its end."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "") else settings.host
    number = port or installation.port(settings.home, settings)
    return f"{'https' if settings.https else 'http'}://{f'[{host}]' if ':' in host else host}:{number}"
