"""Working time's tables, the city's clock and version, and the sort key of Persian text."""

import datetime

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

# Written as SQL expressions with their table bound, so that no search_path can lead them elsewhere.
CLOCK = """
CREATE FUNCTION bina_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
RETURN now() + coalesce((SELECT shift FROM sla_clock), interval '0');
COMMENT ON FUNCTION bina_now() IS 'The time of the city: the transaction''s now() plus the shift of a demo.';
INSERT INTO sla_clock (id, shift) VALUES (1, interval '0');
CREATE SEQUENCE sla_cityversion_seq START 2;
INSERT INTO sla_cityversion (id, version) VALUES (1, 1);
"""
NO_CLOCK = "DROP FUNCTION bina_now(); DROP SEQUENCE sla_cityversion_seq;"

GROUPS = [
    "آ", "اٱ", "ءأإؤئ", *"بپتثجچحخدذرزژسشصضطظعغفق", "کكڪ", "گ", *"لمنو", "هةۀەہھۃ", "یيىېے",
    *(letter + letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"),
]
BEFORE = "".join(GROUPS) + "۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩"
AFTER = "".join(chr(0xE001 + i) * len(group) for i, group in enumerate(GROUPS)) + "0123456789" * 2
IGNORED = "\u0640\u200c\u200d" + "".join(map(chr, range(0x64B, 0x660))) + "\u0670"
SORT_KEY = f"""
CREATE FUNCTION fa_key(content text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(content, '{BEFORE}{IGNORED}', '{AFTER}');
COMMENT ON FUNCTION fa_key(text) IS 'Sort key in Persian alphabetical order; twin of bina.ground.text.keys.';
"""
NO_SORT_KEY = "DROP FUNCTION fa_key(text);"


def key():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def one_row():
    return models.SmallIntegerField(default=1, primary_key=True, serialize=False)


def of_calendar(name, **options):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=name, to="sla.calendar", **options
    )


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Calendar",
            fields=[
                ("id", key()),
                ("code", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("name_en", models.TextField(default="")),
                ("always", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("id", one_row()),
                ("shift", models.DurationField(default=datetime.timedelta(0))),
            ],
            options={"constraints": [CheckConstraint(condition=Q(id=1), name="sla_clock_one_row")]},
        ),
        migrations.CreateModel(
            name="CityVersion",
            fields=[
                ("id", one_row()),
                ("version", models.BigIntegerField(default=1)),
            ],
            options={"constraints": [CheckConstraint(condition=Q(id=1), name="sla_cityversion_one_row")]},
        ),
        migrations.CreateModel(
            name="Holiday",
            fields=[
                ("id", key()),
                ("date", models.DateField()),
                ("name", models.TextField()),
                ("name_en", models.TextField(default="")),
                ("status", models.TextField(default="proposed")),
                ("estimated", models.BooleanField(default=False)),
                ("source", models.TextField()),
                ("confirmed_by", models.TextField(default="")),
                ("confirmed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    UniqueConstraint(fields=["date", "name"], name="sla_holiday_once"),
                    CheckConstraint(
                        condition=Q(status__in=["proposed", "confirmed", "rejected"]),
                        name="sla_holiday_status",
                    ),
                    CheckConstraint(
                        condition=Q(status="proposed")
                        | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by="")),
                        name="sla_holiday_settled_by",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Profile",
            fields=[
                ("id", key()),
                ("calendar", of_calendar("profiles")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("rank", models.IntegerField(default=0)),
                ("hours", models.JSONField()),
                ("reason", models.TextField(default="")),
            ],
            options={
                "constraints": [
                    UniqueConstraint(fields=["calendar", "rank", "valid_from"], name="sla_profile_once"),
                    CheckConstraint(
                        condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                        name="sla_profile_forward",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Closure",
            fields=[
                ("id", key()),
                ("calendar", of_calendar("closures", null=True)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("reason", models.TextField()),
                ("source", models.TextField(default="")),
                ("revoked_by", models.TextField(default="")),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="sla_closure_forward")
                ]
            },
        ),
        migrations.RunSQL(CLOCK, NO_CLOCK),
        migrations.RunSQL(SORT_KEY, NO_SORT_KEY),
    ]
