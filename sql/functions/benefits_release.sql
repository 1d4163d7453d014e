-- owner: rules.benefits
-- Ends a reservation as 'voided', or as 'expired' once its time is over, and gives back its caps, counters and budgets;
-- false when it is no reservation any more, or its time is not over. Two who try at once: one finds it reserved.
CREATE OR REPLACE FUNCTION public.benefits_release(wanted uuid, ending text, at timestamptz) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    decision benefits_decision;
    take record;
    spent record;
BEGIN
    UPDATE benefits_decision SET status = ending, status_at = at
    WHERE id = wanted AND status = 'reserved' AND (ending = 'voided' OR reserved_until <= at)
    RETURNING * INTO decision;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    FOR take IN
        SELECT * FROM jsonb_to_recordset(decision.usage) AS take(
            holder text, programme bigint, code text, period_start date, since timestamptz, used bigint
        )
        ORDER BY holder, programme, code, period_start
    LOOP
        -- A window that is over has moved on, and has nothing of this decision any more.
        UPDATE benefits_usage SET used = used - take.used
        WHERE holder = take.holder AND programme_id = take.programme AND code = take.code
            AND period_start = take.period_start AND since IS NOT DISTINCT FROM take.since;
    END LOOP;
    FOR spent IN SELECT * FROM benefits_spent(wanted) LOOP
        UPDATE benefits_budget SET reserved_cents = reserved_cents - spent.cents
        WHERE programme_id = spent.programme AND funder = spent.funder AND period @> decision.day;
    END LOOP;
    RETURN true;
END $$;
