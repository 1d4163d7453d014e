-- owner: rules.benefits
-- What a decision has to know first. The holders are told one by one: of an array that it does not know PostgreSQL
-- expects ten, finds a plan for any values too dear, and plans the statement anew each time.
SELECT token, are_due, alarms, rows, visit_place, visit_position, visit_at, place, shop
FROM benefits_known(
    %(resident)s::text, ARRAY[%(person)s::text, %(household)s::text, %(credited)s::text, 'programme'],
    %(starts)s::date[], %(check_in)s::text, %(day)s::date, %(at)s::timestamptz, %(now)s::timestamptz,
    %(place)s::bigint, %(merchant)s::bigint
)
