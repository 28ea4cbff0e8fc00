from django.db import migrations

# Deferred to the commit: a movement changes the lot and adds its line in two statements.
HOLD = """
CREATE FUNCTION pharmacy_lot_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
    wrong bigint;
BEGIN
    IF TG_TABLE_NAME = 'pharmacy_lot' THEN
        touched := ARRAY[NEW.id];
    ELSIF TG_OP = 'INSERT' THEN
        touched := ARRAY[NEW.lot_id];
    ELSIF TG_OP = 'DELETE' THEN
        touched := ARRAY[OLD.lot_id];
    ELSE
        touched := ARRAY[OLD.lot_id, NEW.lot_id];
    END IF;
    SELECT lot.id INTO wrong FROM pharmacy_lot lot
    WHERE lot.id = ANY(touched) AND (lot.on_hand, lot.reserved, lot.in_bay, lot.quarantined) <> (
        SELECT coalesce(sum(on_hand_change), 0), coalesce(sum(reserved_change), 0),
               coalesce(sum(in_bay_change), 0), coalesce(sum(quarantined_change), 0)
        FROM pharmacy_ledgerentry WHERE lot_id = lot.id
    );
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'lot % does not hold what its ledger says', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lot_balanced';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER pharmacy_lot_balanced
    AFTER INSERT OR UPDATE OF on_hand, reserved, in_bay, quarantined ON pharmacy_lot
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pharmacy_lot_balanced();
CREATE CONSTRAINT TRIGGER pharmacy_ledger_balanced
    AFTER INSERT OR UPDATE OR DELETE ON pharmacy_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pharmacy_lot_balanced();
"""
LET_GO = """
DROP TRIGGER pharmacy_ledger_balanced ON pharmacy_ledgerentry;
DROP TRIGGER pharmacy_lot_balanced ON pharmacy_lot;
DROP FUNCTION pharmacy_lot_balanced();
"""


class Migration(migrations.Migration):
    dependencies = [("pharmacy", "0008_counter")]
    operations = [migrations.RunSQL(HOLD, LET_GO)]
