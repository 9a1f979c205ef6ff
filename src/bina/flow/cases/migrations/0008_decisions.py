"""What waits for a supervisor's decision or an inspector, found among a million cases without reading the open ones."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_open_points")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["district", "id"],
                condition=Q(state="registered", returns__gte=2) | (~Q(state="closed") & Q(more__has_key="proposal")),
                name="case_to_decide",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["district", "id"],
                condition=Q(state="reported", more__has_key="inspection"),
                name="case_inspect",
            ),
        ),
    ]
