-- owner: layers.sensors
-- One stream in steps of equal length. A direction's mean is that of the vectors: 350 and 10 degrees make 0, not 180.
SELECT
    date_bin(make_interval(secs => %(step_s)s), phenomenon_time, 'epoch') AS time,
    CASE
        WHEN %(unit)s::text <> 'deg' THEN avg(result)
        ELSE (360 + round(atan2d(avg(sind(result)), avg(cosd(result)))::numeric, 6)::float8)::numeric %% 360
    END::float8 AS mean,
    min(result) AS minimum,
    max(result) AS maximum,
    count(*) AS count
FROM published.stream_observations
WHERE stream_id = %(stream_id)s AND phenomenon_time > %(start)s AND phenomenon_time <= %(end)s
GROUP BY time
ORDER BY time;
