-- owner: rules.ledger
-- Runs at commit, for each new entry and each new leg: the legs of an entry are two or more and sum to zero in each unit.
CREATE OR REPLACE FUNCTION public.ledger_check_balance() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    checked bigint := CASE TG_TABLE_NAME WHEN 'ledger_leg' THEN (to_jsonb(NEW) ->> 'entry_id')::bigint ELSE NEW.id END;
    legs integer;
    off text;
BEGIN
    SELECT coalesce(sum(counted), 0), string_agg(total || ' ' || unit, ', ' ORDER BY unit) FILTER (WHERE total <> 0)
    INTO legs, off
    FROM (
        SELECT account.unit, count(*) AS counted, sum(leg.amount) AS total
        FROM ledger_leg AS leg JOIN ledger_account AS account ON account.id = leg.account_id
        WHERE leg.entry_id = checked
        GROUP BY account.unit
    ) AS units;
    IF legs < 2 THEN
        RAISE EXCEPTION 'ledger entry % has % legs and needs two or more', checked, legs
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_has_two_sides';
    END IF;
    IF off IS NOT NULL THEN
        RAISE EXCEPTION 'ledger entry % is off balance by %', checked, off
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_balances';
    END IF;
    RETURN NULL;
END $$;
