-- owner: layers.sensors
-- Each stream with what it observes and its newest reading, if it ever had one. A reading is fresh while it is younger
-- than three times the interval at which the stream is expected to speak: silence is not health.
CREATE OR REPLACE VIEW latest_readings AS
SELECT
    stream.id,
    stream.sensor_id,
    stream.observed_property_id,
    stream.key,
    stream.unit,
    stream.minimum,
    stream.maximum,
    stream.expected_every_s,
    property.code AS property,
    property.name_lv AS property_lv,
    property.name_lt AS property_lt,
    property.name_en AS property_en,
    property.definition,
    latest.result AS value,
    latest.phenomenon_time AS observed_at,
    coalesce(latest.phenomenon_time > now() - 3 * make_interval(secs => stream.expected_every_s), false) AS fresh
FROM sensors_stream AS stream
JOIN sensors_observedproperty AS property ON property.id = stream.observed_property_id
LEFT JOIN sensors_latestobservation AS latest ON latest.stream_id = stream.id;
