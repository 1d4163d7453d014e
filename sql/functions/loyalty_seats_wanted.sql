-- owner: rules.loyalty
-- How many seats of each capacity the wanted tariffs use, `{"<tariff>": tickets}`.
CREATE OR REPLACE FUNCTION public.loyalty_seats_wanted(wanted jsonb) RETURNS TABLE (quota bigint, seats bigint)
LANGUAGE sql STABLE AS $$
    SELECT used.quota_id, sum(line.value::bigint * tariff.seats)::bigint
    FROM jsonb_each_text(wanted) AS line
    JOIN loyalty_tariff AS tariff ON tariff.id = line.key::bigint
    JOIN loyalty_tariff_quotas AS used ON used.tariff_id = tariff.id
    GROUP BY used.quota_id
$$;
