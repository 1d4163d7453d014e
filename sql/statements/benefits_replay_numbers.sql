-- owner: rules.benefits
-- The decisions of a time that stand, numbered in the order in which they were made.
CREATE TEMPORARY TABLE replay_number AS
SELECT id, resident, facts ->> 'resident.district' AS district, row_number() OVER (ORDER BY decided_at, id) AS receipt
FROM benefits_decision
WHERE day >= {first_day} AND day < {end_day} AND status = 'committed' AND {people}
