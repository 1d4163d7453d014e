-- owner: rules.loyalty
-- Takes seats of every capacity that the wanted tariffs use, `{"<tariff>": tickets}`; NULL when all have room, else the
-- refusal with what is left in the fullest. The caller holds the lock of the sale.
CREATE OR REPLACE FUNCTION public.loyalty_take_seats(wanted jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    least bigint;
BEGIN
    SELECT min(quota.capacity - quota.taken) INTO least
    FROM loyalty_quota AS quota
    JOIN loyalty_seats_wanted(wanted) AS need ON need.quota = quota.id
    WHERE quota.taken + need.seats > quota.capacity;
    IF least IS NOT NULL THEN
        RETURN jsonb_build_object('refused', 'sold-out', 'left', least);
    END IF;
    UPDATE loyalty_quota AS quota SET taken = quota.taken + need.seats
    FROM loyalty_seats_wanted(wanted) AS need WHERE need.quota = quota.id;
    RETURN NULL;
END $$;
