-- owner: ogc_api
-- The readings of some streams between two instants, both included, as two arrays for each stream, by time. The limit
-- is inside, without an order, so that no more is read than may be answered; the caller sees when it was reached.
SELECT
    stream_id,
    array_agg(rtrim(rtrim(to_char(phenomenon_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '0'), '.')
              ORDER BY phenomenon_time) AS times,
    array_agg(result ORDER BY phenomenon_time) AS results
FROM (
    SELECT stream_id, phenomenon_time, result
    FROM published.stream_observations
    WHERE stream_id = ANY(%(streams)s)
      AND phenomenon_time >= coalesce(%(start)s::timestamptz, '-infinity')
      AND phenomenon_time <= coalesce(%(end)s::timestamptz, 'infinity')
    LIMIT %(limit)s
) AS picked
GROUP BY stream_id;
