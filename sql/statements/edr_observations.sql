-- owner: ogc_api
-- The readings of some streams between two instants, both included, as two arrays for each stream, by time. The limit
-- is innermost, without an order, so that no more is read than may be answered; the caller sees when it was reached.
-- Sorted once before they are gathered, they keep their order; JSON writes a time as RFC 3339 does, without zeros at the
-- end, in half the time of to_char.
SELECT stream_id, array_agg(time) AS times, array_agg(result) AS results
FROM (
    SELECT stream_id, to_jsonb(phenomenon_time AT TIME ZONE 'UTC') #>> '{}' AS time, result
    FROM (
        SELECT stream_id, phenomenon_time, result
        FROM published.stream_observations
        WHERE stream_id = ANY(%(streams)s)
          AND phenomenon_time >= coalesce(%(start)s::timestamptz, '-infinity')
          AND phenomenon_time <= coalesce(%(end)s::timestamptz, 'infinity')
        LIMIT %(limit)s
    ) AS picked
    ORDER BY stream_id, phenomenon_time
) AS sorted
GROUP BY stream_id;
