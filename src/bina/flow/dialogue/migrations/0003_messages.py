"""Messages out and in: when one is due, by which gateway it went, and what citizens write back."""

from django.db import migrations, models

WAITS = models.Q(("state__in", ["waiting", "sending", "unknown"]))
# The reader of what citizens are told begins here: nobody is told old news.
BEGIN = (
    "INSERT INTO cases_reader (name, n, failure) SELECT 'citizen', coalesce(max(n), 0), '' FROM cases_ledger "
    "ON CONFLICT DO NOTHING"
)


class Migration(migrations.Migration):
    dependencies = [("dialogue", "0002_call"), ("cases", "0001_case")]
    operations = [
        migrations.RemoveIndex(model_name="outbox", name="outbox_waiting"),
        migrations.AlterField(model_name="outbox", name="case_id", field=models.BigIntegerField(null=True)),
        migrations.AddField(model_name="outbox", name="due_at", field=models.DateTimeField(null=True)),
        migrations.RunSQL("UPDATE dialogue_outbox SET due_at = made_at", migrations.RunSQL.noop),
        migrations.AlterField(model_name="outbox", name="due_at", field=models.DateTimeField()),
        migrations.AddField(model_name="outbox", name="gateway", field=models.TextField(default="")),
        migrations.AddField(model_name="outbox", name="reason", field=models.TextField(default="")),
        migrations.AddIndex(
            model_name="outbox", index=models.Index(fields=["due_at", "id"], condition=WAITS, name="outbox_due")
        ),
        migrations.AddIndex(model_name="outbox", index=models.Index(fields=["contact_id"], name="outbox_contact")),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(fields=["made_at"], condition=models.Q(("state", "failed")), name="outbox_failed"),
        ),
        migrations.CreateModel(
            name="Incoming",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("gateway", models.TextField()),
                ("ref", models.TextField()),
                ("phone", models.TextField(null=True)),
                ("text", models.TextField(default="")),
                ("at", models.DateTimeField()),
                ("did", models.TextField(default="")),
                ("case_id", models.BigIntegerField(null=True)),
                ("contact_id", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("gateway", "ref"), name="incoming_once")],
                "indexes": [
                    models.Index(
                        fields=["phone", "at"],
                        condition=models.Q(("phone__isnull", False)),
                        name="incoming_phone",
                    ),
                    models.Index(
                        fields=["case_id"], condition=models.Q(("case_id__isnull", False)), name="incoming_case"
                    ),
                ],
            },
        ),
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
    ]
