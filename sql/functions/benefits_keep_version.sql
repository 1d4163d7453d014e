-- owner: rules.benefits
-- An active version stays as it was approved. Only the end of its time may be set, when a later version follows.
CREATE OR REPLACE FUNCTION public.benefits_keep_version() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'active' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE'
        AND to_jsonb(NEW) - 'effective' = to_jsonb(OLD) - 'effective'
        AND lower(NEW.effective) = lower(OLD.effective)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'version % of programme % is active: make a new version instead', OLD.number, OLD.programme_id
        USING ERRCODE = 'restrict_violation';
END $$;
