from django.db import migrations

FORBID = """
CREATE FUNCTION records_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only: % refused', TG_OP;
END $$;
CREATE TRIGGER records_audit_no_change BEFORE UPDATE OR DELETE ON records_auditevent
    FOR EACH ROW EXECUTE FUNCTION records_audit_refuse();
CREATE TRIGGER records_audit_no_truncate BEFORE TRUNCATE ON records_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION records_audit_refuse();
"""
ALLOW = """
DROP TRIGGER records_audit_no_truncate ON records_auditevent;
DROP TRIGGER records_audit_no_change ON records_auditevent;
DROP FUNCTION records_audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
