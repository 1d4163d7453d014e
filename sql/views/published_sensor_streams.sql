-- owner: layers.sensors
-- The streams of published sensors. It does not select from published.sensors, which is dropped and made anew whenever
-- the layer's declaration changes; the condition is that of templates/published_view.
CREATE OR REPLACE VIEW published.sensor_streams AS
SELECT reading.*
FROM latest_readings AS reading
WHERE EXISTS (
    SELECT
    FROM sensors_sensor AS sensor
    WHERE sensor.id = reading.sensor_id
      AND sensor.status = 'published'
      AND (sensor.valid_from IS NULL OR sensor.valid_from <= now())
      AND (sensor.valid_to IS NULL OR sensor.valid_to > now())
);
GRANT SELECT ON published.sensor_streams TO city_reader;
