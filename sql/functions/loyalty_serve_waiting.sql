-- owner: rules.loyalty
-- Holds what is free for those who wait, the longest waiting first; whom it does not fit is passed over and keeps the
-- place. How many were served. The caller holds the lock of the sale.
CREATE OR REPLACE FUNCTION public.loyalty_serve_waiting(of_sale bigint, now_at timestamptz, until timestamptz)
RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    waiting record;
    new_order uuid;
    served bigint := 0;
BEGIN
    FOR waiting IN
        SELECT entry.id, entry.tariff_id, entry.holder, entry.count
        FROM loyalty_waitingentry AS entry JOIN loyalty_tariff AS tariff ON tariff.id = entry.tariff_id
        WHERE tariff.sale_id = of_sale AND entry.order_id IS NULL
        ORDER BY entry.id
    LOOP
        new_order := gen_random_uuid();
        IF loyalty_book_tickets(
            of_sale, new_order, waiting.holder, NULL, jsonb_build_object(waiting.tariff_id, waiting.count),
            now_at, until
        ) IS NULL THEN
            UPDATE loyalty_waitingentry SET order_id = new_order WHERE id = waiting.id;
            served := served + 1;
        END IF;
    END LOOP;
    RETURN served;
END $$;
