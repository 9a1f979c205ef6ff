"""The points of open cases alone, with what the map reads of them in the index; closed ones no longer."""

import django.contrib.postgres.indexes
from django.db import migrations, models

OPEN = models.Q(("state", "closed"), _negated=True)
MAPPED = ("hands", "hazard", "sensitivity", "district", "unit", "desk", "subject", "state")


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_set_aside")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=django.contrib.postgres.indexes.GistIndex(
                fields=["point"], condition=OPEN, include=("id", *MAPPED), name="case_open_point"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["id"], condition=OPEN, include=("point", *MAPPED), name="case_open"),
        ),
        migrations.RemoveIndex(model_name="case", name="case_point"),
    ]
