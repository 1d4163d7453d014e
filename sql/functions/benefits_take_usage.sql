-- owner: rules.benefits
-- Adds to what a holder used of a cap, or to a counter; false when there is no room, or when the counter has moved since
-- it was read. A cap is a limit and asks only that; a counter was a fact of the decision, which holds for that value.
CREATE OR REPLACE FUNCTION public.benefits_take_usage(
    of_holder text, of_programme bigint, of_code text, begins date, opened timestamptz, taken bigint, most bigint,
    seen bigint, seen_opened timestamptz
) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    IF most IS NOT NULL THEN
        INSERT INTO benefits_usage AS usage (holder, programme_id, code, period_start, used)
        SELECT of_holder, of_programme, of_code, begins, taken
        WHERE taken <= most
        ON CONFLICT (holder, programme_id, code, period_start) DO UPDATE
        SET used = usage.used + excluded.used
        WHERE usage.used + excluded.used <= most;
    ELSIF seen IS NULL THEN
        INSERT INTO benefits_usage (holder, programme_id, code, period_start, since, used)
        VALUES (of_holder, of_programme, of_code, begins, opened, taken)
        ON CONFLICT (holder, programme_id, code, period_start) DO NOTHING;
    ELSE
        UPDATE benefits_usage
        SET used = CASE WHEN since IS NOT DISTINCT FROM opened THEN used ELSE 0 END + taken, since = opened
        WHERE holder = of_holder AND programme_id = of_programme AND code = of_code AND period_start = begins
            AND used = seen AND since IS NOT DISTINCT FROM seen_opened;
    END IF;
    RETURN FOUND;
END $$;
