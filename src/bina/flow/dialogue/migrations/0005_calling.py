"""Whom a caller has on the line, so that nobody is rung up by two."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dialogue", "0004_incoming_contact")]
    operations = [
        migrations.CreateModel(
            name="Calling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contact_id", models.BigIntegerField(unique=True)),
                ("person_id", models.BigIntegerField()),
                ("until", models.DateTimeField()),
            ],
        ),
    ]
