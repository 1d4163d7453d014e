-- owner: rules.ledger
-- Balances and statements are made for a period until it is complete, and never later.
CREATE OR REPLACE FUNCTION public.ledger_join_period() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM ledger_period WHERE id = NEW.period_id AND completed_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the period % is complete: nothing can be added', NEW.period_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
