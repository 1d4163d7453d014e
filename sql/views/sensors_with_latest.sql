-- owner: layers.sensors
-- Sensors with the newest reading of each of their streams, by observed property: what published.sensors selects from.
-- The table's columns come last, so that a new one can be added with CREATE OR REPLACE.
-- A reading is fresh while it is younger than three times the interval at which the stream is expected to speak.
CREATE OR REPLACE VIEW sensors_with_latest AS
SELECT readings.latest, readings.observed_at, sensor.*
FROM sensors_sensor AS sensor
LEFT JOIN LATERAL (
    SELECT
        jsonb_object_agg(
            property.code,
            jsonb_build_object(
                'value', latest.result,
                'unit', stream.unit,
                'observed_at', to_char(latest.phenomenon_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                'fresh', latest.phenomenon_time > now() - 3 * make_interval(secs => stream.expected_every_s)
            )
            ORDER BY latest.phenomenon_time  -- of two streams of one property the newer reading is shown
        ) AS latest,
        max(latest.phenomenon_time) AS observed_at
    FROM sensors_stream AS stream
    JOIN sensors_latestobservation AS latest ON latest.stream_id = stream.id
    JOIN sensors_observedproperty AS property ON property.id = stream.observed_property_id
    WHERE stream.sensor_id = sensor.id
) AS readings ON true;
