-- owner: rules.loyalty
-- Confirms an order that is held. One that was not paid in time is confirmed all the same when its seats are still free:
-- the money has come. NULL, or the refusal with the state that the order is in.
CREATE OR REPLACE FUNCTION public.loyalty_confirm_order(of_order uuid, now_at timestamptz) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    refusal jsonb;
    ordered loyalty_ticketorder;
BEGIN
    PERFORM FROM loyalty_ticketsale
    WHERE id = (SELECT sale_id FROM loyalty_ticketorder WHERE id = of_order) FOR NO KEY UPDATE;
    SELECT * INTO ordered FROM loyalty_ticketorder WHERE id = of_order FOR UPDATE;
    IF ordered.state = 'expired' THEN
        refusal := loyalty_take_seats(
            (
                SELECT jsonb_object_agg(line.tariff_id, line.tickets)
                FROM (
                    SELECT tariff_id, count(*) AS tickets FROM loyalty_ticket WHERE order_id = of_order GROUP BY tariff_id
                ) AS line
            )
        );
    ELSIF ordered.state <> 'held' THEN
        refusal := jsonb_build_object('refused', 'state', 'state', ordered.state);
    END IF;
    IF refusal IS NULL THEN
        UPDATE loyalty_ticketorder SET state = 'confirmed', confirmed_at = now_at, ended_at = NULL WHERE id = of_order;
    END IF;
    RETURN refusal;
END $$;
