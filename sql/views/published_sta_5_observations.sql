-- owner: layers.sensors
-- SensorThings' Observations, those of published sensors.
CREATE OR REPLACE VIEW published.sta_observations AS
SELECT
    observation.stream_id, observation.phenomenon_time, observation.result, observation.quality,
    observation.received_at, stream.sensor_id
FROM sensors_observation AS observation
JOIN sensors_stream AS stream ON stream.id = observation.stream_id
JOIN published.sta_things AS thing ON thing.id = stream.sensor_id;
GRANT SELECT ON published.sta_observations TO city_reader;
