-- owner: ogc_api
-- When the tiles of some layers last changed, by cell; the instants at which they will change by themselves, and the
-- last one that has passed; and, in the row without a layer, what time it is here.
SELECT layer, x, y, revision, extract(epoch FROM at)::double precision AS at
FROM base_tilechange WHERE layer = ANY(%(layers)s)
UNION ALL
SELECT known.layer, NULL, NULL, NULL, extract(epoch FROM turn.at)::double precision
FROM unnest(%(layers)s::text[]) AS known (layer), LATERAL (
    (SELECT at FROM base_turn WHERE layer = known.layer AND at <= statement_timestamp() ORDER BY at DESC LIMIT 1)
    UNION ALL
    SELECT at FROM base_turn WHERE layer = known.layer AND at > statement_timestamp()
) AS turn
UNION ALL
SELECT NULL, NULL, NULL, NULL, extract(epoch FROM clock_timestamp())::double precision;
