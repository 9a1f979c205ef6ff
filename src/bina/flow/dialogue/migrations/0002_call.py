"""Calls on the lines, as a telephone exchange tells of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dialogue", "0001_first")]
    operations = [
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("client_id", models.BigIntegerField()),
                ("ref", models.TextField()),
                ("line", models.TextField()),
                ("phone", models.TextField(null=True)),
                ("hidden", models.BooleanField(default=False)),
                ("rang_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("person_id", models.BigIntegerField(null=True)),
                ("case_id", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("client_id", "ref"), name="call_once")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_at", None), ("ended_at", None)),
                        fields=["rang_at"],
                        name="call_ringing",
                    ),
                    models.Index(
                        condition=models.Q(("phone__isnull", False)), fields=["rang_at"], name="call_number"
                    ),
                ],
            },
        ),
    ]
