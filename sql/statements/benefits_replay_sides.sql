-- owner: rules.benefits
-- The result of one side of a comparison, by receipt and version; it stays when the tables are used again.
INSERT INTO replay_side (side, receipt, programme, cents, points)
SELECT {side}, receipt, programme, sum(cents), sum(points)
FROM (
    SELECT receipt, rule, cents, 0 AS points FROM replay_grant
    UNION ALL
    SELECT receipt, rule, 0, points FROM replay_points
) AS given
JOIN (VALUES {programmes}) AS rules (rule, programme) USING (rule)
GROUP BY receipt, programme
