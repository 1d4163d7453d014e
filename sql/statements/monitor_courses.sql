-- owner: maps
-- Every published stream in steps of equal length, for the small plots: mean of each step that has a reading. `step`
-- counts from 0 at `start`. A direction's mean is that of the vectors, as in stream_history.
SELECT stream.key, course.step, course.mean
FROM (
    SELECT id, key, unit FROM published.sensor_streams ORDER BY key LIMIT %(limit)s
) AS stream
CROSS JOIN LATERAL (
    SELECT
        floor(extract(epoch FROM observation.phenomenon_time - %(start)s) / %(step_s)s)::int AS step,
        CASE
            WHEN stream.unit <> 'deg' THEN avg(observation.result)
            ELSE (360 + round(atan2d(avg(sind(observation.result)), avg(cosd(observation.result)))::numeric, 6)) %% 360
        END::float8 AS mean
    FROM published.stream_observations AS observation
    WHERE observation.stream_id = stream.id
      AND observation.phenomenon_time >= %(start)s AND observation.phenomenon_time < %(end)s
    GROUP BY step
) AS course
ORDER BY stream.key, course.step;
