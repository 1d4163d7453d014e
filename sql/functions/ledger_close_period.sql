-- owner: rules.ledger
-- A period follows the one before without a gap, and nobody books while it is being closed.
CREATE OR REPLACE FUNCTION public.ledger_close_period() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    closed_until date;
BEGIN
    PERFORM pg_advisory_xact_lock(7340040);
    SELECT max(upper(days)) INTO closed_until FROM ledger_period;
    IF closed_until <> lower(NEW.days) THEN
        RAISE EXCEPTION 'the next period begins on %, not on %', closed_until, lower(NEW.days)
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_periods_follow_each_other';
    END IF;
    RETURN NEW;
END $$;
