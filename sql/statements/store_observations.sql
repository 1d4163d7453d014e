-- owner: layers.sensors
-- Stores a batch of readings, the first of several for one stream and instant, and keeps each stream's newest up to date.
-- The last SELECT sees the newest as they were before the batch. Returns how many rows are new, and how many of those
-- came after a later one was known.
WITH stored AS (
    INSERT INTO sensors_observation (stream_id, phenomenon_time, result, quality, received_at)
    SELECT stream_id, phenomenon_time, result, quality, %(received_at)s
    FROM unnest(
        %(stream_id)s::bigint[], %(phenomenon_time)s::timestamptz[], %(result)s::float8[], %(quality)s::smallint[]
    ) WITH ORDINALITY AS reading (stream_id, phenomenon_time, result, quality, place)
    ORDER BY stream_id, phenomenon_time, place
    ON CONFLICT (stream_id, phenomenon_time) DO NOTHING
    RETURNING stream_id, phenomenon_time, result, quality
), newest AS (
    INSERT INTO sensors_latestobservation AS known (stream_id, phenomenon_time, result, quality)
    SELECT DISTINCT ON (stream_id) stream_id, phenomenon_time, result, quality
    FROM stored
    ORDER BY stream_id, phenomenon_time DESC
    ON CONFLICT (stream_id) DO UPDATE
        SET phenomenon_time = excluded.phenomenon_time, result = excluded.result, quality = excluded.quality
        WHERE known.phenomenon_time < excluded.phenomenon_time
)
SELECT count(*), count(*) FILTER (WHERE stored.phenomenon_time < known.phenomenon_time)
FROM stored
LEFT JOIN sensors_latestobservation AS known USING (stream_id);
