-- owner: layers.sensors
-- Where each Thing has been, from the layer's history: one row a published position, until the next one replaced it.
-- Observations from before the first belong to the first (the ends are the years that Python knows). SensorThings' Locations, HistoricalLocations, FeaturesOfInterest.
CREATE OR REPLACE VIEW published.sta_positions AS
SELECT
    position.id,
    position.sensor_id,
    position.geometry,
    position.at,
    CASE WHEN position.number = 1 THEN '0001-01-01T00:00Z' ELSE position.at END AS since,
    coalesce(position.until, '9999-12-31T00:00Z') AS until,
    position.until IS NULL AS current,
    thing.code, thing.name_lv, thing.name_lt, thing.name_en
FROM (
    SELECT
        moved.*,
        row_number() OVER (PARTITION BY moved.sensor_id ORDER BY moved.version) AS number,
        lead(moved.at) OVER (PARTITION BY moved.sensor_id ORDER BY moved.version) AS until
    FROM (
        SELECT
            change.id, change.feature_id AS sensor_id, change.version, change.geometry, change.at,
            lag(change.geometry) OVER (PARTITION BY change.feature_id ORDER BY change.version) AS former
        FROM base_change AS change
        WHERE change.layer = 'sensors' AND change.operation <> 'delete' AND change.state->>'status' = 'published'
    ) AS moved
    WHERE moved.former IS NULL OR NOT moved.geometry = moved.former
) AS position
JOIN published.sta_things AS thing ON thing.id = position.sensor_id;
GRANT SELECT ON published.sta_positions TO city_reader;
