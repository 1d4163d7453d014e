-- owner: layers.base
-- After a statement on a layer's table: every changed row goes into the history with who and why, and the layer's
-- revision rises. Set based, so that an import of forty thousand rows costs one insert. TG_ARGV[0] is the layer's id.
-- The revision comes first: its row stays locked up to the commit, so that within a layer the changes are numbered in
-- the order in which they are committed. The change feed counts on it: nothing can turn up behind a reader's back.
CREATE OR REPLACE FUNCTION feature_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    derived CONSTANT text[] := ARRAY['geometry', 'geometry_webmercator', 'search', 'feature_text', 'point'];
BEGIN
    IF NOT EXISTS (SELECT FROM changed) THEN
        RETURN NULL;
    END IF;
    INSERT INTO base_layerrevision AS known (layer, revision) VALUES (TG_ARGV[0], 1)
    ON CONFLICT (layer) DO UPDATE SET revision = known.revision + 1, changed_at = now();
    INSERT INTO base_change (layer, feature_id, version, operation, state, geometry, actor, reason, change_set)
    SELECT TG_ARGV[0], row.id, row.version + (TG_OP = 'DELETE')::int, CASE TG_OP WHEN 'INSERT' THEN 'create' ELSE lower(TG_OP) END, to_jsonb(row) - derived,
           row.geometry,
           coalesce(nullif(current_setting('city.actor', true), ''), 'database:' || session_user),
           coalesce(current_setting('city.reason', true), ''),
           nullif(current_setting('city.change_set', true), '')::uuid
    FROM changed AS row;
    RETURN NULL;
END
$$;
