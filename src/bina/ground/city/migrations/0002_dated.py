"""Streets are dated, rights and holders checked, one installation only; what rows said before is kept."""

import datetime

from django.db import migrations, models
from django.db.models import F, Q

ROLES = [
    "operator", "duty_officer", "shift_supervisor", "followup_expert", "supervisor_137", "unit_head", "liaison",
    "field_officer", "crew", "inspector", "district_mayor", "upper_manager", "office", "finance", "budget_manager",
    "analyst", "center_manager", "publisher", "admin", "auditor",
]
FORWARD = Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))


class Migration(migrations.Migration):
    dependencies = [("city", "0001_ground")]
    operations = [
        migrations.CreateModel(
            name="Former",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.TextField()),
                ("key", models.TextField()),
                ("row", models.JSONField()),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField()),
            ],
            options={"indexes": [models.Index(fields=["what", "key", "valid_to"], name="former_row")]},
        ),
        migrations.AddField(
            model_name="street",
            name="valid_from",
            field=models.DateField(default=datetime.date(2000, 1, 1)),
            preserve_default=False,
        ),
        migrations.AddField(model_name="street", name="valid_to", field=models.DateField(null=True)),
        migrations.AddConstraint(
            model_name="deskholder",
            constraint=models.UniqueConstraint(fields=["desk", "person", "valid_from"], name="desk_holder_once"),
        ),
        migrations.AddConstraint(
            model_name="deskholder", constraint=models.CheckConstraint(condition=FORWARD, name="holder_forward")
        ),
        migrations.AddConstraint(
            model_name="installation",
            constraint=models.UniqueConstraint(models.Value(1), name="installation_once"),
        ),
        migrations.AddConstraint(
            model_name="right", constraint=models.CheckConstraint(condition=Q(role__in=ROLES), name="right_role")
        ),
        migrations.AddConstraint(
            model_name="right",
            constraint=models.CheckConstraint(
                condition=Q(sensitivity__gte=0, sensitivity__lte=2), name="right_sensitivity"
            ),
        ),
        migrations.AddConstraint(
            model_name="right", constraint=models.CheckConstraint(condition=FORWARD, name="right_forward")
        ),
    ]
