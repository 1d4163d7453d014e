-- owner: layers.sensors
-- What is observed; the vocabulary holds nothing private.
CREATE OR REPLACE VIEW published.observed_properties AS
SELECT property.id, property.code, property.name_lv, property.name_lt, property.name_en, property.definition
FROM sensors_observedproperty AS property;
GRANT SELECT ON published.observed_properties TO city_reader;
