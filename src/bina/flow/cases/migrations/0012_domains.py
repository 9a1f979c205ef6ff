"""Columns of few words become domains: what a domain checks is read once a session, a table's check at every insert.

And an open promise falls due by its own row, without a timer beside it.
"""

from django.db import migrations, models

KINDS = {
    ("cases_event", "stream_kind", "event_stream_kind"): (
        "case", "contact", "followup", "demand", "credit", "city", "erasure"
    ),
    ("cases_event", "origin", "event_origin"): ("live", "import", "demo"),
    ("cases_case", "state", "case_state"): (
        "registered", "referred", "in_progress", "waiting", "reported", "closed"
    ),
    ("cases_promise", "kind", "promise_kind"): ("first_answer", "next_news", "result"),
}  # fmt: skip
MAKE = "".join(
    f"ALTER TABLE {table} DROP CONSTRAINT {name}; DROP TYPE {name};"
    f"CREATE DOMAIN {name} AS text CHECK (VALUE IN ({', '.join(repr(word) for word in words)}));"
    f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {name};"
    for (table, column, name), words in KINDS.items()
)
UNMAKE = "".join(
    f"ALTER TABLE {table} ALTER COLUMN {column} TYPE text; DROP DOMAIN {name};"
    f"CREATE TYPE {name} AS ENUM ({', '.join(repr(word) for word in words)});"
    f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column}::{name} IS NOT NULL);"
    for (table, column, name), words in KINDS.items()
)
NO_TIMERS = "DELETE FROM cases_timer WHERE kind = 'promise'"
TIMERS = (
    "INSERT INTO cases_timer (stream_kind, stream_id, kind, step, due_at) SELECT 'case', p.case_id, 'promise', p.seq, "
    "p.due_at FROM cases_promise p JOIN cases_event e ON e.stream_kind = 'case' AND e.stream_id = p.case_id "
    "AND e.seq = p.seq WHERE p.kept_at IS NULL AND p.broken_at IS NULL AND e.origin <> 'import'"
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_terms")]

    operations = [
        migrations.RunSQL(MAKE, UNMAKE),
        migrations.AddField("promise", "put_off", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "promise",
            models.Index(
                fields=["due_at"], condition=models.Q(kept_at=None, broken_at=None), name="promise_due"
            ),
        ),
        migrations.RunSQL(NO_TIMERS, TIMERS),
    ]
