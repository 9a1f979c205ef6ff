"""Each case's searched words say in which stretch of cases it is: the newest of common words are found by it."""

from django.db import migrations

MAKE = (
    "UPDATE cases_casetext SET terms = terms || ('#' || (case_id >> 16))::tsvector WHERE terms <> ''::tsvector"
)
UNMAKE = "UPDATE cases_casetext SET terms = ts_delete(terms, '#' || (case_id >> 16))"


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_watched")]

    operations = [migrations.RunSQL(MAKE, UNMAKE)]
