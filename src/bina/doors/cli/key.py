"""`./bina key`: keys of the JSON API, made for a machine with the scopes it needs, listed, ended."""

from __future__ import annotations

import argparse

from bina.doors.cli.refusal import Refused
from bina.flow.cases import clients
from bina.ground.city import places, units
from bina.ground.sla import version


def run(argv: list[str]) -> int:
    """Makes a key and prints it this once; or lists the clients; or ends one."""
    parser = argparse.ArgumentParser(prog="bina key", description=__doc__)
    parser.add_argument("name", nargs="?", help="who will use it, as the administrator knows it")
    parser.add_argument("--scope", action="append", default=[], metavar="SCOPE", help=", ".join(clients.SCOPES))
    parser.add_argument("--district", help="only requests of this district (its code)")
    parser.add_argument("--unit", help="only requests of this unit (its code); needed to act as the unit")
    parser.add_argument("--sensitivity", type=int, choices=(0, 1, 2), default=0, help="up to which sensitivity it sees")
    parser.add_argument("--list", action="store_true", help="the clients that stand")
    parser.add_argument("--end", type=int, metavar="NUMBER", help="end a client; its key stops at the next call")
    given = parser.parse_args(argv)
    version.check(version.current())
    if given.list:
        for row in clients.standing():
            print(f"  {row.id:>4}  {row.name}: {', '.join(row.scopes)}")
        return 0
    if given.end is not None:
        if not clients.end(given.end):
            raise Refused(f"there is no client {given.end} that stands; see them with: ./bina key --list")
        print(f"  client {given.end} is ended")
        return 0
    if not given.name or not given.scope:
        raise Refused("say who it is for and what it may do: ./bina key NAME --scope read --scope register")
    print(f"  {_made(given)}\n  This is shown once. Send it as: Authorization: Bearer KEY")
    return 0


def _made(given: argparse.Namespace) -> str:
    unknown = [s for s in given.scope if s not in clients.SCOPES]
    if unknown:
        raise Refused(f"there is no scope {unknown[0]!r}; there are: {', '.join(clients.SCOPES)}")
    district = places.area_by_code(given.district) if given.district else None
    unit = units.by_code(given.unit) if given.unit else None
    if given.district and (district is None or district.kind != "district"):
        raise Refused(f"there is no district {given.district!r} in this city.")
    if given.unit and unit is None:
        raise Refused(f"there is no unit {given.unit!r} in this city.")
    if unit is None and {"as:unit", "as:liaison", "as:crew"} & set(given.scope):
        raise Refused("to act as a unit the key must name it: --unit CODE")
    return clients.make(
        name=given.name, scopes=tuple(dict.fromkeys(given.scope)), sensitivity=given.sensitivity,
        district_id=district.id if district else None, unit_id=unit.id if unit else None,
    )  # fmt: skip
