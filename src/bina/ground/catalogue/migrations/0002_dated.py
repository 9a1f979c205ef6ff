"""A hazard's first answer runs at any hour; a constraint's rank is unique among those in force."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_ground")]
    operations = [
        migrations.AddField(
            model_name="subject",
            name="first_answer_clock",
            field=models.TextField(default="working"),
        ),
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.CheckConstraint(
                condition=Q(first_answer_clock__in=["working", "clock"]), name="subject_first_clock"
            ),
        ),
        migrations.AlterField(model_name="constraint", name="rank", field=models.IntegerField()),
        migrations.AddConstraint(
            model_name="constraint",
            constraint=models.UniqueConstraint(
                fields=["rank"], condition=Q(valid_to=None), name="constraint_rank"
            ),
        ),
    ]
