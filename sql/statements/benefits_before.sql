-- owner: rules.benefits
-- What a decision has to know first: the token of the catalogue, whether reservations wait to be ended, and the
-- resident's latest check-in of the same local day, from the decisions that check-ins led to.
SELECT
    (SELECT token FROM benefits_catalogue),
    EXISTS (SELECT FROM benefits_decision WHERE status = 'reserved' AND reserved_until <= %(now)s::timestamptz),
    visit.place_id, visit.facts -> 'place.position', visit.decided_at
FROM (SELECT) AS nothing
LEFT JOIN LATERAL (
    SELECT place_id, facts, decided_at
    FROM benefits_decision
    WHERE resident = %(resident)s AND trigger = %(check_in)s AND day = %(day)s::date
        AND decided_at <= %(at)s::timestamptz
    ORDER BY decided_at DESC
    LIMIT 1
) AS visit ON true
