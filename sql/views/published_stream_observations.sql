-- owner: layers.sensors
-- The observations of published sensors.
CREATE OR REPLACE VIEW published.stream_observations AS
SELECT
    observation.stream_id, observation.phenomenon_time, observation.result, observation.quality, observation.received_at
FROM sensors_observation AS observation
WHERE EXISTS (SELECT FROM published.sensor_streams AS stream WHERE stream.id = observation.stream_id);
GRANT SELECT ON published.stream_observations TO city_reader;
