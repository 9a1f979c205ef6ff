"""Emergencies and other bodies' matters."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_answer")]
    operations = [
        migrations.CreateModel(
            name="Diversion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("code", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("name_en", models.TextField(default="")),
                ("number", models.TextField()),
                ("emergency", models.BooleanField(default=False)),
                ("sentence", models.TextField()),
                ("sentence_en", models.TextField(default="")),
                ("keywords", models.JSONField(default=list)),
                ("source", models.TextField(default="")),
            ],
            options={"abstract": False},
        ),
    ]
