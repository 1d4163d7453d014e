-- owner: rules.benefits
-- A result of one side of a comparison, or of both, by receipt and version; it stays when the tables are used again.
INSERT INTO replay_side (side, receipt, programme, cents, points)
SELECT side, receipt, programme, cents, points
FROM (
    SELECT receipt, programme, sum(cents) AS cents, sum(points) AS points
    FROM (
        SELECT receipt, rule, cents, 0 AS points FROM replay_grant
        UNION ALL
        SELECT receipt, rule, 0, points FROM replay_points
    ) AS given
    JOIN (VALUES {programmes}) AS rules (rule, programme) USING (rule)
    GROUP BY receipt, programme
) AS summed, unnest({sides}::int[]) AS side
