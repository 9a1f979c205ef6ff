"""Changes of ground rows that are ordered for a day to come."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("city", "0002_dated")]
    operations = [
        migrations.CreateModel(
            name="PlannedChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.TextField()),
                ("key", models.TextField()),
                ("values", models.JSONField()),
                ("on", models.DateField()),
                ("why", models.TextField()),
                ("ordered_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["on"], name="planned_due", condition=Q(done_at=None, revoked_at=None)),
                    models.Index(fields=["what", "key"], name="planned_of"),
                ]
            },
        ),
    ]  # fmt: skip
