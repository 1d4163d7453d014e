-- owner: layers.sensors
-- Each stream of a published sensor with the place where it observes and the first time that it did: what EDR asks.
CREATE OR REPLACE VIEW published.stream_stations AS
SELECT
    stream.id,
    stream.key,
    stream.unit,
    stream.property,
    stream.property_lv,
    stream.property_lt,
    stream.property_en,
    stream.definition,
    stream.observed_at AS last_at,
    (
        SELECT observation.phenomenon_time
        FROM sensors_observation AS observation
        WHERE observation.stream_id = stream.id
        ORDER BY observation.phenomenon_time
        LIMIT 1
    ) AS first_at,
    sensor.code AS station,
    sensor.name_lv,
    sensor.name_lt,
    sensor.name_en,
    sensor.category,
    sensor.geometry
FROM published.sensor_streams AS stream
JOIN sensors_sensor AS sensor ON sensor.id = stream.sensor_id;
GRANT SELECT ON published.stream_stations TO city_reader;
