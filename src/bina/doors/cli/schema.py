"""Brings the schema up to date as the database's owner: run as a process of its own by installation.migrate."""

from __future__ import annotations

import sys
from hashlib import sha256
from importlib import metadata
from pathlib import Path

import psycopg
from psycopg import sql

PACKAGE = Path(__file__).resolve().parents[2]
FOREIGN = ("Django", "procrastinate", "django-axes")  # packages that bring tables of their own

# What the application's role may do. The history can only grow: nobody changes or removes what was written down.
RIGHTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "GRANT EXECUTE ON ALL ROUTINES IN SCHEMA public TO {role}",
    "REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON cases_event, cases_ledger FROM {role}",
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
)


def grant(owner_url: str, app_url: str) -> None:
    """Gives the application's role its rights; nothing to do where it is the owner itself."""
    role = psycopg.conninfo.conninfo_to_dict(app_url).get("user")
    with psycopg.connect(owner_url) as connection:
        owner = connection.info.user
        if not role or role == owner:
            return
        for statement in RIGHTS:
            connection.execute(sql.SQL(statement).format(role=sql.Identifier(str(role))))


def fingerprint(url: str) -> str:
    """Changes whenever the migrations of this program, those applied, or the rights below may have changed."""
    state = sha256(Path(__file__).read_bytes())
    for path in sorted(PACKAGE.glob("**/migrations/*.py")):
        state.update(path.relative_to(PACKAGE).as_posix().encode())
    for name in FOREIGN:
        state.update(f"{name} {metadata.version(name)}".encode())
    with psycopg.connect(url) as connection:
        if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
            return ""
        applied = connection.execute("SELECT string_agg(app || ' ' || name, ' ' ORDER BY id) FROM django_migrations")
        state.update(str(applied.fetchone()).encode())
    return state.hexdigest()


def unknown() -> list[str]:
    """Migrations the database has and this program does not know: it was made by a newer one."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection, ignore_no_migrations=True)
    known = set(loader.disk_migrations)
    return sorted(f"{app}.{name}" for app, name in loader.applied_migrations if (app, name) not in known)


def main(app_url: str) -> int:
    """0 when the schema is up to date and the rights are given, 3 when it is newer than this program."""
    import django
    from django.core.management import call_command

    from bina.config import config

    django.setup()
    newer = unknown()
    if newer:
        print(", ".join(newer))
        return 3
    call_command("migrate", interactive=False, verbosity=1)
    grant(config().database_owner_url, app_url)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
