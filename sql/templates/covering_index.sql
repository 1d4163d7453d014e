-- owner: layers.base
-- Which published points lie in a box and have a property's value, from the index alone. PostGIS's own index gives no
-- geometry back, so it cannot; the point of PostgreSQL can.
ALTER TABLE {table} ADD COLUMN IF NOT EXISTS point point GENERATED ALWAYS AS (geometry::point) STORED;
DROP INDEX IF EXISTS {former};
CREATE INDEX {index} ON {table} USING gist (point) INCLUDE (id, status, valid_from, valid_to, {column}) WHERE {short};
COMMENT ON COLUMN {table}.point IS {comment};
