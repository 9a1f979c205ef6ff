"""The answer bank."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_dated")]
    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("code", models.TextField(unique=True)),
                ("title", models.TextField()),
                ("body", models.TextField()),
                ("keywords", models.JSONField(default=list)),
                (
                    "subject",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="catalogue.subject",
                    ),
                ),
                ("owner", models.TextField(default="")),
            ],
            options={"abstract": False},
        ),
    ]
