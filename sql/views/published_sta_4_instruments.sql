-- owner: layers.sensors
-- SensorThings' Sensors: the instruments of published streams, and those that no stream has yet. `sensor_id` is a Thing
-- that has one.
CREATE OR REPLACE VIEW published.sta_instruments AS
SELECT
    instrument.id, instrument.name, instrument.description, instrument.encoding_type, instrument.metadata,
    instrument.properties, used.sensor_id
FROM sensors_instrument AS instrument
LEFT JOIN LATERAL (
    SELECT stream.sensor_id, thing.id IS NOT NULL AS shown
    FROM sensors_stream AS stream
    LEFT JOIN published.sta_things AS thing ON thing.id = stream.sensor_id
    WHERE stream.instrument_id = instrument.id
    ORDER BY shown DESC, stream.id
    LIMIT 1
) AS used ON true
WHERE used.shown IS NOT false;
GRANT SELECT ON published.sta_instruments TO city_reader;
