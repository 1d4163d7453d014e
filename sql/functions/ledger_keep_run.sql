-- owner: rules.ledger
-- A prepared run is approved or cancelled, once; what it was prepared with stays.
CREATE OR REPLACE FUNCTION public.ledger_keep_run() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    decided text[] := '{state,checker_id,approved_at,payment_file}';
BEGIN
    IF (OLD.state, NEW.state) IN (('prepared', 'approved'), ('prepared', 'cancelled'))
        AND to_jsonb(NEW) - decided = to_jsonb(OLD) - decided
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the settlement run % is %: it stays as it is', OLD.id, OLD.state
        USING ERRCODE = 'restrict_violation';
END $$;
