-- owner: rules.benefits
-- A grant stays as it was made; only what came back of it grows.
CREATE OR REPLACE FUNCTION public.benefits_keep_grant() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - '{returned_cents,returned_points}'::text[]
            = to_jsonb(OLD) - '{returned_cents,returned_points}'::text[]
        AND NEW.returned_cents >= OLD.returned_cents AND NEW.returned_points >= OLD.returned_points
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'grant % stays as it was made', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
