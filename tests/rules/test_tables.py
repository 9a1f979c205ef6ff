"""Tables: foreign keys point down and have an index; migrations are one line and tell the models' whole story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState
from django.utils import translation

from tests.rules.floors import order, points_up

OURS = tuple(app.label for app in apps.get_app_configs() if app.name.startswith("bina."))

Reference = tuple[str, str, str, str]  # module of the table, its name and field, module and name of what it points to


def references() -> Iterator[Reference]:
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey | models.ManyToManyField):
                target = field.related_model
                assert not isinstance(target, str)
                yield model.__module__, f"{model.__name__}.{field.name}", target.__module__, target.__name__


def upward(found: Iterable[Reference]) -> list[str]:
    packages = order()
    return [
        f"{name} ({source}) points up to {target} ({there}). Keep the number there instead: a row of the higher "
        "package points down to this one, or the row is made by the higher package's rows(events)."
        for source, name, there, target in found
        if points_up(source, there, packages)
    ]


def test_foreign_keys_point_down_the_floors() -> None:
    found = upward(references())
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_an_upward_foreign_key_is_caught() -> None:
    found = upward([("bina.ground.city.models", "Desk.case", "bina.flow.cases.models", "Case")])
    assert "Desk.case" in found[0]
    assert upward([("bina.flow.cases.models", "Case.desk", "bina.ground.city.models", "Desk")]) == []


UNINDEXED = """
SELECT c.conrelid::regclass::text, string_agg(a.attname, ', ' ORDER BY a.attnum)
FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
WHERE c.contype = 'f' AND c.conparentid = 0 AND NOT EXISTS (
    SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indpred IS NULL
    AND (i.indkey::int2[])[0:array_length(c.conkey, 1) - 1] @> c.conkey)
GROUP BY c.oid, c.conrelid ORDER BY 1, 2
"""


def unindexed() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(UNINDEXED)
        rows = cursor.fetchall()
    return [
        f"{table} ({columns}) is a foreign key without an index that begins with it: every removal above reads the "
        "whole table. Leave db_index at its default, or put an index into Meta.indexes."
        for table, columns in rows
        if table.split("_")[0].removeprefix("pg_temp.") in (*OURS, "sample")
    ]


@pytest.mark.django_db
def test_every_foreign_key_has_an_index() -> None:
    found = unindexed()
    if found:
        pytest.fail("\n".join(found), pytrace=False)


@pytest.mark.django_db
def test_a_foreign_key_without_an_index_is_caught() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE sample_area (id int PRIMARY KEY)")
        cursor.execute("CREATE TEMP TABLE sample_desk (id int PRIMARY KEY, area int REFERENCES sample_area)")
        assert any("sample_desk (area)" in line for line in unindexed())
        cursor.execute("CREATE INDEX ON sample_desk (id, area)")
        assert any("sample_desk (area)" in line for line in unindexed()), "an index that begins with another column"
        cursor.execute("CREATE INDEX ON sample_desk (area, id)")
    assert not any("sample_desk" in line for line in unindexed())


def drift(now: ProjectState) -> list[str]:
    """What the migrations do not know of the models, as `makemigrations --check` finds it, without a database."""
    loader = MigrationLoader(None)
    detector = MigrationAutodetector(loader.project_state(), now, NonInteractiveMigrationQuestioner())
    with translation.override(None):  # as the command does: Django's own labels are compared untranslated
        changes = detector.changes(graph=loader.graph)
    return [
        f"{app}: {operation.describe()}. Type: PYTHONPATH=src DJANGO_SETTINGS_MODULE=bina.settings "
        f".venv/bin/python -m django makemigrations {app} --name what_it_does"
        for app, migrations in changes.items()
        for migration in migrations
        for operation in migration.operations
        if app in OURS
    ]


def test_migrations_tell_the_models_whole_story() -> None:
    found = drift(ProjectState.from_apps(apps))
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_a_model_ahead_of_its_migrations_is_caught() -> None:
    ahead = ProjectState.from_apps(apps)
    AddField("person", "shoe_size", models.IntegerField(null=True)).state_forwards("city", ahead)
    assert any("shoe_size" in line for line in drift(ahead))


def not_linear(graph: dict[str, list[tuple[str, list[str]]]]) -> list[str]:
    """For every app its migrations in order with their dependencies inside the app: one chain, spoken names."""
    wrong = []
    for app, chain in graph.items():
        for at, (name, before) in enumerate(chain):
            if before != [n for n, _ in chain[max(at - 1, 0) : at]]:
                wrong.append(f"{app}.{name} does not follow the one before it alone. Give it the next number.")
            if "auto_" in name:
                wrong.append(f"{app}.{name} does not say what it does. Rename it (0007_case_due_at).")
    return wrong


def test_migrations_are_one_line_with_spoken_names() -> None:
    disk = MigrationLoader(None).disk_migrations
    graph = {
        app: [
            (name, [n for a, n in disk[app, name].dependencies if a == app])
            for name in sorted(n for a, n in disk if a == app)
        ]
        for app in OURS
    }
    assert any(graph.values())
    found = not_linear(graph)
    if found:
        pytest.fail("\n".join(found), pytrace=False)


@pytest.mark.parametrize(
    "chain",
    [
        [("0001_first", []), ("0002_a", ["0001_first"]), ("0003_b", ["0001_first"])],
        [("0001_first", []), ("0002_auto_20260101", ["0001_first"])],
        [("0001_first", []), ("0002_merge", ["0001_first", "0001_other"])],
    ],
)
def test_a_fork_or_a_mute_name_is_caught(chain: list[tuple[str, list[str]]]) -> None:
    assert not_linear({"cases": chain})
    assert not_linear({"cases": [("0001_first", []), ("0002_a", ["0001_first"])]}) == []
