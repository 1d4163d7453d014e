-- owner: rules.loyalty
-- The one way to tickets: under the lock of the sale, seats whose time is over go back, first to those who wait, and then
-- the order is written or refused.
CREATE OR REPLACE FUNCTION public.loyalty_hold_tickets(
    of_sale bigint, new_order uuid, of_holder text, of_device bigint, wanted jsonb, now_at timestamptz,
    until timestamptz, waiting_until timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM loyalty_ticketsale WHERE id = of_sale FOR NO KEY UPDATE;
    IF loyalty_release_expired(of_sale, now_at) > 0 THEN
        PERFORM loyalty_serve_waiting(of_sale, now_at, waiting_until);
    END IF;
    RETURN loyalty_book_tickets(of_sale, new_order, of_holder, of_device, wanted, now_at, until);
END $$;
