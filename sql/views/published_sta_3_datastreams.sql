-- owner: layers.sensors
-- SensorThings' Datastreams: the streams of published sensors. The first observation's time costs a look into the index
-- of every month, but only where somebody asks for it.
CREATE OR REPLACE VIEW published.sta_datastreams AS
SELECT
    stream.id, stream.sensor_id, stream.observed_property_id, stream.instrument_id, stream.key, stream.name,
    stream.description, stream.properties, stream.unit, stream.unit_name, stream.unit_definition,
    stream.expected_every_s, latest.phenomenon_time AS last_time,
    property.name_lv, property.name_lt, property.name_en,
    (SELECT min(first.phenomenon_time) FROM sensors_observation AS first WHERE first.stream_id = stream.id) AS first_time
FROM sensors_stream AS stream
JOIN published.sta_things AS thing ON thing.id = stream.sensor_id
JOIN sensors_observedproperty AS property ON property.id = stream.observed_property_id
LEFT JOIN sensors_latestobservation AS latest ON latest.stream_id = stream.id;
GRANT SELECT ON published.sta_datastreams TO city_reader;
