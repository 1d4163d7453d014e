-- owner: rules.loyalty
-- Writes an order with its tickets when the person may have so many and the capacities have room; else the refusal. The
-- caller holds the lock of the sale, which keeps twins of one person from taking a limit twice.
CREATE OR REPLACE FUNCTION public.loyalty_book_tickets(
    of_sale bigint, new_order uuid, of_holder text, of_device bigint, wanted jsonb, now_at timestamptz,
    until timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    refusal jsonb;
BEGIN
    SELECT jsonb_build_object(
        'refused', 'limit', 'tariff', tariff.code, 'most', tariff.per_person_max, 'had', count(mine.id)
    ) INTO refusal
    FROM jsonb_each_text(wanted) AS line
    JOIN loyalty_tariff AS tariff ON tariff.id = line.key::bigint
    LEFT JOIN (
        SELECT ticket.id, ticket.tariff_id
        FROM loyalty_ticketorder AS ordered
        JOIN loyalty_ticket AS ticket ON ticket.order_id = ordered.id
        WHERE ordered.sale_id = of_sale AND ordered.holder = of_holder
            AND ordered.state IN ('held', 'confirmed') AND ticket.refunded_at IS NULL
    ) AS mine ON mine.tariff_id = tariff.id
    GROUP BY tariff.id, line.value
    HAVING count(mine.id) + line.value::bigint > tariff.per_person_max
    LIMIT 1;
    IF refusal IS NOT NULL THEN
        RETURN refusal;
    END IF;
    refusal := loyalty_take_seats(wanted);
    IF refusal IS NOT NULL THEN
        RETURN refusal;
    END IF;
    INSERT INTO loyalty_ticketorder (id, sale_id, holder, sold_by_id, state, total_cents, placed_at, held_until)
    SELECT new_order, of_sale, of_holder, of_device, 'held', sum(line.value::bigint * tariff.price_cents), now_at, until
    FROM jsonb_each_text(wanted) AS line JOIN loyalty_tariff AS tariff ON tariff.id = line.key::bigint;
    INSERT INTO loyalty_ticket (id, order_id, tariff_id, seats, price_cents)
    SELECT gen_random_uuid(), new_order, tariff.id, tariff.seats, tariff.price_cents
    FROM jsonb_each_text(wanted) AS line
    JOIN loyalty_tariff AS tariff ON tariff.id = line.key::bigint
    CROSS JOIN generate_series(1, line.value::bigint);
    RETURN NULL;
END $$;
