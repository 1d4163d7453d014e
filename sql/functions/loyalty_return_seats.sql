-- owner: rules.loyalty
-- Gives the seats of these tickets back and holds them for those who wait. The caller holds the lock of the sale and
-- has marked the tickets.
CREATE OR REPLACE FUNCTION public.loyalty_return_seats(
    of_sale bigint, tickets uuid[], now_at timestamptz, waiting_until timestamptz
) RETURNS bigint
LANGUAGE sql AS $$
    WITH freed AS (
        SELECT used.quota_id, sum(ticket.seats) AS seats
        FROM loyalty_ticket AS ticket JOIN loyalty_tariff_quotas AS used ON used.tariff_id = ticket.tariff_id
        WHERE ticket.id = ANY(tickets)
        GROUP BY used.quota_id
    )
    UPDATE loyalty_quota AS quota SET taken = quota.taken - freed.seats FROM freed WHERE quota.id = freed.quota_id;
    SELECT loyalty_serve_waiting(of_sale, now_at, waiting_until)
$$;
