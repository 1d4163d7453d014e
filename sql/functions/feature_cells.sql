-- owner: layers.base
-- After a statement on a layer's table, once feature_history has raised the layer's revision: which cells (tiles of
-- WebMercatorQuad's zoom 16) show something else now, by the boxes of the old and the new geometry, a tile's margin
-- included. Many features, or one that reaches far, change the whole layer: more rows would cost more than new tiles.
-- Also notes when features will begin or cease to hold, and tells the workers. TG_ARGV[0] is the layer's id.
CREATE OR REPLACE FUNCTION feature_cells() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    features_max CONSTANT integer := 100;
    cells_max CONSTANT integer := 1000;
    half CONSTANT double precision := 20037508.342789244;
    side CONSTANT double precision := 2 * half / 65536;
    margin CONSTANT double precision := side * 128 / 4096;  -- as in ogc_api/tiles/statements.py
    outlines geometry[];
    cells double precision;
    rise base_layerrevision;
BEGIN
    IF NOT EXISTS (SELECT FROM changed) THEN
        RETURN NULL;
    END IF;
    SELECT * INTO STRICT rise FROM base_layerrevision WHERE layer = TG_ARGV[0];
    IF (SELECT count(*) FROM (SELECT FROM changed LIMIT features_max + 1) AS few) <= features_max THEN
        SELECT array_agg(ST_Envelope(geometry_webmercator)) INTO outlines FROM changed;
        IF TG_OP = 'UPDATE' THEN
            SELECT outlines || array_agg(ST_Envelope(geometry_webmercator)) INTO outlines FROM former;
        END IF;
        SELECT sum(((ST_XMax(box) - ST_XMin(box)) / side + 2) * ((ST_YMax(box) - ST_YMin(box)) / side + 2))
        INTO cells FROM unnest(outlines) AS box;
    END IF;
    IF cells <= cells_max THEN
        INSERT INTO base_tilechange (layer, x, y, revision, at)
        SELECT DISTINCT TG_ARGV[0], x, y, rise.revision, rise.changed_at
        FROM unnest(outlines) AS box,
             generate_series(floor((ST_XMin(box) - margin + half) / side)::int,
                             floor((ST_XMax(box) + margin + half) / side)::int) AS x,
             generate_series(floor((half - ST_YMax(box) - margin) / side)::int,
                             floor((half - ST_YMin(box) + margin) / side)::int) AS y
        ON CONFLICT (layer, x, y) DO UPDATE SET revision = excluded.revision, at = excluded.at;
    ELSE
        DELETE FROM base_tilechange WHERE layer = TG_ARGV[0];
        INSERT INTO base_tilechange (layer, revision, at) VALUES (TG_ARGV[0], rise.revision, rise.changed_at);
    END IF;
    INSERT INTO base_turn (layer, at)
    SELECT DISTINCT TG_ARGV[0], turn FROM changed, unnest(ARRAY[valid_from, valid_to]) AS turn
    WHERE turn > now() AND isfinite(turn)
    ON CONFLICT DO NOTHING;
    PERFORM pg_notify('layer_changed', TG_ARGV[0]);
    RETURN NULL;
END
$$;
