-- owner: rules.benefits
-- An active suspension stays as it was approved. It may be lifted, once; then nothing of it changes any more.
CREATE OR REPLACE FUNCTION public.benefits_keep_override() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'active' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE'
        AND to_jsonb(NEW) - '{lifted_from,lifted_by_id}'::text[] = to_jsonb(OLD) - '{lifted_from,lifted_by_id}'::text[]
        AND OLD.lifted_from IS NULL
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'suspension % is active: lift it, or make another one', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
