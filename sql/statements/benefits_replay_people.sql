-- owner: rules.benefits
-- Both sides of each person, with the last district that is known of them.
SELECT who.resident, coalesce(given.before_cents, 0), coalesce(given.after_cents, 0),
    coalesce(given.before_points, 0), coalesce(given.after_points, 0), coalesce(who.district, '')
FROM (
    SELECT resident, district
    FROM (SELECT max(receipt) AS receipt FROM replay_number GROUP BY resident) AS last
    JOIN replay_number USING (receipt)
) AS who
LEFT JOIN (
    SELECT receipt.person,
        coalesce(sum(side.cents) FILTER (WHERE side.side = 0), 0)::bigint AS before_cents,
        coalesce(sum(side.cents) FILTER (WHERE side.side = 1), 0)::bigint AS after_cents,
        coalesce(sum(side.points) FILTER (WHERE side.side = 0), 0)::bigint AS before_points,
        coalesce(sum(side.points) FILTER (WHERE side.side = 1), 0)::bigint AS after_points
    FROM replay_side AS side
    JOIN replay_receipt AS receipt USING (receipt)
    GROUP BY receipt.person
) AS given ON given.person = who.resident
ORDER BY who.resident
