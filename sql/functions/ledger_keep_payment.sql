-- owner: rules.ledger
-- A payment is booked or cancelled while its run is only prepared; to whom and how much never changes.
CREATE OR REPLACE FUNCTION public.ledger_keep_payment() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - '{entry_id,is_cancelled}'::text[] = to_jsonb(OLD) - '{entry_id,is_cancelled}'::text[]
        AND EXISTS (SELECT FROM ledger_run WHERE id = OLD.run_id AND state = 'prepared')
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the payment % stays as it was approved', OLD.end_to_end_id USING ERRCODE = 'restrict_violation';
END $$;
