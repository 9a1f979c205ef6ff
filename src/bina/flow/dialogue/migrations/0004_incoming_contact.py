"""The messages of a contact are found by it, so that they are emptied with it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dialogue", "0003_messages")]
    operations = [
        migrations.AddIndex(
            model_name="incoming",
            index=models.Index(
                fields=["contact_id"], condition=models.Q(("contact_id__isnull", False)), name="incoming_contact"
            ),
        ),
    ]
