-- owner: rules.benefits
-- No version is in force whose programme lacks act, number or date, whichever of the two is changed.
CREATE OR REPLACE FUNCTION public.benefits_need_act() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    programme bigint := CASE TG_TABLE_NAME WHEN 'benefits_programme' THEN to_jsonb(NEW) -> 'id'
                                           ELSE to_jsonb(NEW) -> 'programme_id' END;
BEGIN
    -- The row lock keeps the act from going while a version is put in force at the same moment.
    PERFORM 1 FROM benefits_programme
    WHERE id = programme AND legal_act <> '' AND legal_number <> '' AND legal_date IS NOT NULL
    FOR SHARE;
    IF NOT FOUND AND EXISTS (
        SELECT 1 FROM benefits_programmeversion WHERE programme_id = programme AND state = 'active'
    ) THEN
        RAISE EXCEPTION 'programme % is in force and needs act, number and date', programme
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
