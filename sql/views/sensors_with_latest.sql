-- owner: layers.sensors
-- Sensors with the newest reading of each of their streams, by observed property: what published.sensors selects from.
-- The table's columns come last, so that a new one can be added with CREATE OR REPLACE (touch this file then: only what
-- has changed is installed again; the newest column is `details`).
CREATE OR REPLACE VIEW sensors_with_latest AS
SELECT readings.latest, readings.observed_at, sensor.*
FROM sensors_sensor AS sensor
LEFT JOIN LATERAL (
    SELECT
        jsonb_object_agg(
            reading.property,
            jsonb_build_object(
                'value', reading.value,
                'unit', reading.unit,
                'observed_at', to_char(reading.observed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                'fresh', reading.fresh
            )
            ORDER BY reading.observed_at  -- of two streams of one property the newer reading is shown
        ) AS latest,
        max(reading.observed_at) AS observed_at
    FROM latest_readings AS reading
    WHERE reading.sensor_id = sensor.id AND reading.observed_at IS NOT NULL
) AS readings ON true;
