-- owner: rules.benefits
-- Both sides by a key, such as the day; a key without anything given has zeros.
SELECT {key} AS key,
    coalesce(sum(side.cents) FILTER (WHERE side.side = 0), 0)::bigint AS before_cents,
    coalesce(sum(side.cents) FILTER (WHERE side.side = 1), 0)::bigint AS after_cents,
    coalesce(sum(side.points) FILTER (WHERE side.side = 0), 0)::bigint AS before_points,
    coalesce(sum(side.points) FILTER (WHERE side.side = 1), 0)::bigint AS after_points
FROM replay_receipt AS receipt
LEFT JOIN replay_side AS side USING (receipt)
GROUP BY 1
ORDER BY 1
