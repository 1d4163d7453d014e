-- owner: rules.loyalty
-- Ends the orders of a sale that were not paid in time and gives their seats back; how many orders. The caller holds the
-- lock of the sale.
CREATE OR REPLACE FUNCTION public.loyalty_release_expired(of_sale bigint, now_at timestamptz) RETURNS bigint
LANGUAGE sql AS $$
    WITH ended AS (
        UPDATE loyalty_ticketorder SET state = 'expired', ended_at = now_at
        WHERE sale_id = of_sale AND state = 'held' AND held_until <= now_at
        RETURNING id
    ),
    freed AS (
        SELECT used.quota_id, sum(ticket.seats) AS seats
        FROM ended
        JOIN loyalty_ticket AS ticket ON ticket.order_id = ended.id
        JOIN loyalty_tariff_quotas AS used ON used.tariff_id = ticket.tariff_id
        GROUP BY used.quota_id
    ),
    given_back AS (
        UPDATE loyalty_quota AS quota SET taken = quota.taken - freed.seats
        FROM freed WHERE quota.id = freed.quota_id
    )
    SELECT count(*) FROM ended
$$;
