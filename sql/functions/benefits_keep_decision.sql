-- owner: rules.benefits
-- A decision stays as it was made; its status moves along the one table of moves, and its entry comes with the commit.
CREATE OR REPLACE FUNCTION public.benefits_keep_decision() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    moving text[] := CASE NEW.status
        WHEN 'committed' THEN '{status,status_at,entry_id}'::text[] ELSE '{status,status_at}'::text[]
    END;
BEGIN
    IF to_jsonb(NEW) - moving = to_jsonb(OLD) - moving
        AND (OLD.status, NEW.status) IN (
            ('reserved', 'committed'), ('reserved', 'voided'), ('reserved', 'expired'), ('committed', 'voided')
        )
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'decision % stays as it was made (from % to %)', OLD.code, OLD.status, NEW.status
        USING ERRCODE = 'restrict_violation';
END $$;
