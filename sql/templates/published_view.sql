-- owner: layers.base
-- What the world may see of one layer: published, valid now, and without private columns.
DROP VIEW IF EXISTS {view};
CREATE VIEW {view} AS
    SELECT f.id, f.version, f.updated_at, f.geometry, f.geometry_webmercator{columns}
    FROM {relation} AS f
    WHERE f.status = 'published'
      AND (f.valid_from IS NULL OR f.valid_from <= now())
      AND (f.valid_to IS NULL OR f.valid_to > now());
COMMENT ON VIEW {view} IS {comment};
GRANT SELECT ON {view} TO {reader};
