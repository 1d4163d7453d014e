-- owner: rules.benefits
-- A decision stays as it was made; its status moves along the one table of moves.
CREATE OR REPLACE FUNCTION public.benefits_keep_decision() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - '{status,status_at}'::text[] = to_jsonb(OLD) - '{status,status_at}'::text[]
        AND (OLD.status, NEW.status) IN (('reserved', 'committed'), ('reserved', 'voided'), ('committed', 'voided'))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'decision % stays as it was made (from % to %)', OLD.code, OLD.status, NEW.status
        USING ERRCODE = 'restrict_violation';
END $$;
