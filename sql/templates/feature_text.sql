-- owner: layers.base
-- The text of each feature of one layer as GeoJSON, kept in the same write as the feature. A time is written in UTC,
-- whoever writes. The texts that are there are made anew without a new version of their features: nobody changed them.
ALTER TABLE {table} ADD COLUMN IF NOT EXISTS feature_text text;
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SET timezone = 'UTC' AS {body};
CREATE OR REPLACE TRIGGER feature_written BEFORE INSERT OR UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {function}();
ALTER TABLE {table} DISABLE TRIGGER USER;
ALTER TABLE {table} ENABLE TRIGGER feature_written;
UPDATE {table} SET feature_text = NULL;
-- Of rows that this transaction has written before, foreign keys wait to be checked, and no ALTER TABLE waits for them.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE {table} ENABLE TRIGGER USER;
ALTER TABLE {table} ALTER COLUMN feature_text SET NOT NULL;
COMMENT ON COLUMN {table}.feature_text IS {comment};
