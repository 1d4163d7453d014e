-- owner: layers.sensors
-- SensorThings' Things: published sensors. Like all views sta_*, it does not select from published.sensors, which is
-- dropped and made anew whenever the layer's declaration changes; the condition is that of templates/published_view.
CREATE OR REPLACE VIEW published.sta_things AS
SELECT
    sensor.id, sensor.code, sensor.category, sensor.name_lv, sensor.name_lt, sensor.name_en,
    sensor.description_lv, sensor.description_lt, sensor.description_en, sensor.details, sensor.geometry
FROM sensors_sensor AS sensor
WHERE sensor.status = 'published'
  AND (sensor.valid_from IS NULL OR sensor.valid_from <= now())
  AND (sensor.valid_to IS NULL OR sensor.valid_to > now());
GRANT SELECT ON published.sta_things TO city_reader;
