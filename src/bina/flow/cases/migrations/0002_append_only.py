"""What models cannot say: the history refuses change, the inbox churns, presence need not survive a crash."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION cases_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The history is never changed: write a correcting event instead (% on %)', TG_OP, TG_TABLE_NAME;
END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON cases_event
  FOR EACH ROW EXECUTE FUNCTION cases_refuse();
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON cases_ledger
  FOR EACH ROW EXECUTE FUNCTION cases_refuse();
"""
ALLOW = """
DROP TRIGGER event_append_only ON cases_event;
DROP TRIGGER ledger_append_only ON cases_ledger;
DROP FUNCTION cases_refuse();
"""
STORAGE = """
ALTER TABLE cases_inbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
  autovacuum_analyze_threshold = 1000000000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE cases_case SET (fillfactor = 80);
ALTER TABLE cases_presence SET UNLOGGED;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_case")]
    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
    ]
