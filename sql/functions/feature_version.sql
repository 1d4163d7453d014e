-- owner: layers.base
-- Before an update of a feature: the version rises by one, whoever writes.
CREATE OR REPLACE FUNCTION feature_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
    RETURN NEW;
END
$$;
