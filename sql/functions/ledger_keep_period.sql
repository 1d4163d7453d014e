-- owner: rules.ledger
-- A closed period is never opened again. Only how far its statements are is written to it, until they are complete.
CREATE OR REPLACE FUNCTION public.ledger_keep_period() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.completed_at IS NULL
        AND to_jsonb(NEW) - '{progress,completed_at}'::text[] = to_jsonb(OLD) - '{progress,completed_at}'::text[]
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the period % is closed for ever', OLD.days USING ERRCODE = 'restrict_violation';
END $$;
