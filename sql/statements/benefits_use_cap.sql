-- owner: rules.benefits
-- Adds to what a person used of a cap, if that stays within the limit; no row comes back otherwise.
INSERT INTO benefits_capusage AS usage (resident, programme_id, cap, period_start, used)
SELECT %(resident)s, %(programme_id)s, %(cap)s, %(period_start)s, %(used)s
WHERE %(used)s <= %(limit)s
ON CONFLICT (resident, programme_id, cap, period_start) DO UPDATE
SET used = usage.used + excluded.used
WHERE usage.used + excluded.used <= %(limit)s
RETURNING usage.used
