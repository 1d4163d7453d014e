-- owner: core
-- For tables that are only ever added to: a trigger BEFORE UPDATE OR DELETE (each row) and BEFORE TRUNCATE (statement)
-- runs it.
CREATE OR REPLACE FUNCTION public.refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: it is only ever added to', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
