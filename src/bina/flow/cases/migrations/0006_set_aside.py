"""Lines of the ledger that a reader could not take, kept with their reason."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_objected")]
    operations = [
        migrations.CreateModel(
            name="SetAside",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reader", models.TextField()),
                ("n", models.BigIntegerField()),
                ("reason", models.TextField()),
                ("tries", models.SmallIntegerField(default=1)),
                ("next_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("reader", "n"), name="setaside_once")],
            },
        ),
    ]
