-- owner: rules.loyalty
-- The account in points of this holder, opened when it is missing; twins that open it agree on it.
CREATE OR REPLACE FUNCTION public.loyalty_account(wanted_kind text, wanted_holder text, wanted_funder text)
RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    found bigint;
BEGIN
    SELECT id INTO found FROM ledger_account
    WHERE kind = wanted_kind AND holder = wanted_holder AND funder = wanted_funder AND unit = 'points';
    IF found IS NULL THEN
        INSERT INTO ledger_account (kind, holder, funder, unit)
        VALUES (wanted_kind, wanted_holder, wanted_funder, 'points')
        ON CONFLICT (kind, holder, funder, unit) DO NOTHING;
        SELECT id INTO found FROM ledger_account
        WHERE kind = wanted_kind AND holder = wanted_holder AND funder = wanted_funder AND unit = 'points';
    END IF;
    RETURN found;
END $$;
