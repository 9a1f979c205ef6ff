"""A message leaves the queue with each row that changes: what is dead at its front is walked over by every lease, so it
is cleared away by its number and not by its share of all messages ever sent."""

from django.db import migrations

MAKE = "ALTER TABLE dialogue_outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)"
UNMAKE = "ALTER TABLE dialogue_outbox RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold)"


class Migration(migrations.Migration):
    dependencies = [("dialogue", "0005_calling")]

    operations = [migrations.RunSQL(MAKE, UNMAKE)]
