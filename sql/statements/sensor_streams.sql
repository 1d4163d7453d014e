-- owner: layers.sensors
-- The streams of one published sensor.
SELECT id, key, property, property_lv, property_lt, property_en, unit, expected_every_s
FROM published.sensor_streams
WHERE sensor_id = %(sensor_id)s
ORDER BY key;
