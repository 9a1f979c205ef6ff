"""A calendar may have a zone of its own: a second city in another part of the world."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sla", "0001_ground")]
    operations = [
        migrations.AddField(model_name="calendar", name="zone", field=models.TextField(default="")),
    ]
