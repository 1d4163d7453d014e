-- owner: layers.sensors
-- Published sensors, each row with one of its streams and that stream's newest reading; a sensor without streams has one
-- row of nulls. An empty category means all.
SELECT
    sensor.id, sensor.code, sensor.name_lv, sensor.name_lt, sensor.name_en, sensor.category,
    ST_X(sensor.geometry) AS lon, ST_Y(sensor.geometry) AS lat,
    stream.key, stream.property, stream.property_lv, stream.property_lt, stream.property_en,
    stream.value, stream.unit, stream.observed_at, stream.fresh
FROM (
    SELECT id, code, name_lv, name_lt, name_en, category, geometry
    FROM published.sensors
    WHERE %(category)s::text IN ('', category)
    ORDER BY id
    LIMIT %(limit)s
) AS sensor
LEFT JOIN published.sensor_streams AS stream ON stream.sensor_id = sensor.id
ORDER BY sensor.id, stream.key;
