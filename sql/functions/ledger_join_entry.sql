-- owner: rules.ledger
-- A leg joins an entry in the transaction that posts it, and never later: a balanced pair of legs would still alter it.
CREATE OR REPLACE FUNCTION public.ledger_join_entry() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM ledger_entry WHERE id = NEW.entry_id AND posted_in = pg_current_xact_id()::text::bigint;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'ledger entry % is posted: no leg can be added', NEW.entry_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
