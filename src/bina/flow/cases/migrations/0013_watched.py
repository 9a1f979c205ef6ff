"""One index for what somebody has to look at, none by time for keys: each is paid for at every registration."""

from django.db import migrations, models
from django.db.models import Q

WATCHED = (
    Q(state="registered", returns__gte=2)
    | (~Q(state="closed") & Q(more__has_key="proposal"))
    | (Q(state="closed") & (Q(more__has_key="objection") | Q(more__has_key="reopening")))
    | Q(state="reported", more__has_key="inspection")
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_domains")]

    operations = [
        migrations.RemoveIndex("case", "case_objected"),
        migrations.RemoveIndex("case", "case_to_decide"),
        migrations.RemoveIndex("case", "case_inspect"),
        migrations.RemoveIndex("idempotency", "idempotency_at"),
        migrations.AddIndex("case", models.Index(fields=["district", "id"], condition=WATCHED, name="case_watched")),
    ]
