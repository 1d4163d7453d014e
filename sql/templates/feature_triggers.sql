-- owner: layers.base
-- The history of one layer's table, and which of its tiles changed. Triggers fire in the order of their names.
CREATE OR REPLACE TRIGGER feature_version BEFORE UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION feature_version();
CREATE OR REPLACE TRIGGER feature_created AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION feature_history({layer});
CREATE OR REPLACE TRIGGER feature_updated AFTER UPDATE ON {table}
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION feature_history({layer});
CREATE OR REPLACE TRIGGER feature_deleted AFTER DELETE ON {table}
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION feature_history({layer});
CREATE OR REPLACE TRIGGER feature_created_cells AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION feature_cells({layer});
CREATE OR REPLACE TRIGGER feature_updated_cells AFTER UPDATE ON {table}
    REFERENCING NEW TABLE AS changed OLD TABLE AS former FOR EACH STATEMENT EXECUTE FUNCTION feature_cells({layer});
CREATE OR REPLACE TRIGGER feature_deleted_cells AFTER DELETE ON {table}
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION feature_cells({layer});
