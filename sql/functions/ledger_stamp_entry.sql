-- owner: rules.ledger
-- The transaction's number is written by the database, so that nobody can claim another one.
CREATE OR REPLACE FUNCTION public.ledger_stamp_entry() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.posted_in := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;
