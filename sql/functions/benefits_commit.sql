-- owner: rules.benefits
-- The second phase: what was reserved is used, posted and told of. Returns the status that was found: 'reserved' says
-- that the commit has happened now, 'expired' also that the time is over, although nobody has released it yet.
CREATE OR REPLACE FUNCTION public.benefits_commit(wanted uuid, actor text, at timestamptz) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    decision benefits_decision;
    spent record;
BEGIN
    SELECT * INTO decision FROM benefits_decision WHERE id = wanted FOR UPDATE;
    IF decision.status IS DISTINCT FROM 'reserved' THEN
        RETURN decision.status;
    END IF;
    IF decision.reserved_until <= at THEN
        RETURN 'expired';
    END IF;
    UPDATE benefits_decision
    SET status = 'committed', status_at = at, entry_id = benefits_post(decision, at)
    WHERE id = wanted;
    PERFORM benefits_promise(wanted, actor, at);
    FOR spent IN SELECT * FROM benefits_spent(wanted) LOOP
        UPDATE benefits_budget
        SET reserved_cents = reserved_cents - spent.cents, used_cents = used_cents + spent.cents
        WHERE programme_id = spent.programme AND funder = spent.funder AND period @> decision.day;
    END LOOP;
    RETURN 'reserved';
END $$;
