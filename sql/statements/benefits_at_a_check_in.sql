-- owner: rules.benefits
-- What holds of a resident on a local day, and what a decision about a check-in has to know.
SELECT
    standing.groups, standing.district, standing.household, standing.household_size, standing.household_children,
    standing.escorts,
    known.token, known.are_due, known.alarms, known.rows, known.visit_place, known.visit_position, known.visit_at,
    known.place, known.shop
FROM resident_standing(%(resident)s::bigint, %(day)s::date, %(adult_from)s::int) AS standing
CROSS JOIN LATERAL benefits_known(
    %(handle)s::text,
    ARRAY['resident:' || %(handle)s::text, 'household:' || standing.household, 'programme'],
    %(starts)s::date[], %(check_in)s::text, %(day)s::date, %(at)s::timestamptz, %(now)s::timestamptz,
    NULL::bigint, NULL::bigint
) AS known
