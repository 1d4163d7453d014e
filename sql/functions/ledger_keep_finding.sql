-- owner: rules.ledger
-- A finding is resolved once, with a note; what was found stays.
CREATE OR REPLACE FUNCTION public.ledger_keep_finding() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    resolution text[] := '{note,resolved_at,resolved_by_id}';
BEGIN
    IF OLD.resolved_at IS NULL AND to_jsonb(NEW) - resolution = to_jsonb(OLD) - resolution THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the finding % stays as it is', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
