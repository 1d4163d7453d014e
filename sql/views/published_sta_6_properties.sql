-- owner: layers.sensors
-- SensorThings' ObservedProperties; the vocabulary holds nothing private.
CREATE OR REPLACE VIEW published.sta_observed_properties AS
SELECT
    property.id, property.code, property.name_lv, property.name_lt, property.name_en, property.definition,
    property.description, property.properties
FROM sensors_observedproperty AS property;
GRANT SELECT ON published.sta_observed_properties TO city_reader;
