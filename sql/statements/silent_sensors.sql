-- owner: gis_platform.monitor
-- Published sensors one of whose streams is silent at the time `at`: nothing came for three times the interval at which
-- it is expected to speak, the same measure as in views/latest_readings. A stream that never spoke counts from the day
-- its sensor was entered. `since` is the last sign of life of the stream that has been silent longest.
SELECT stream.sensor_id AS feature_id, min(heard.at) AS since
FROM published.sensor_streams AS stream
JOIN sensors_sensor AS sensor ON sensor.id = stream.sensor_id
CROSS JOIN LATERAL (SELECT coalesce(stream.observed_at, sensor.created_at) AS at) AS heard
WHERE heard.at <= %(at)s - 3 * make_interval(secs => stream.expected_every_s)
GROUP BY stream.sensor_id;
