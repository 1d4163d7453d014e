-- owner: rules.ledger
-- What the database writes itself, so that nobody can claim another: the transaction's number, and the day that the
-- entry is settled with. Closing a period takes the same lock for itself alone (ledger_close_period): whoever books
-- either ends before the close, or sees it and lands behind it.
CREATE OR REPLACE FUNCTION public.ledger_stamp_entry() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7340040);
    NEW.posted_in := pg_current_xact_id()::text::bigint;
    NEW.booked_on := greatest(NEW.effective_on, (SELECT max(upper(days)) FROM ledger_period));
    RETURN NEW;
END $$;
