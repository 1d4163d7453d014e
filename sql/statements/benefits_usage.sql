-- owner: rules.benefits
SELECT holder, programme_id, code, period_start, used, since
FROM benefits_usage
WHERE holder = ANY(%s::text[]) AND period_start = ANY(%s::date[])
