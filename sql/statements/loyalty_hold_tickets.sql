-- owner: rules.loyalty
SELECT loyalty_hold_tickets(
    %(sale)s::bigint, %(order)s::uuid, %(holder)s::text, %(device)s::bigint, %(wanted)s::jsonb, %(at)s::timestamptz,
    %(until)s::timestamptz, %(waiting_until)s::timestamptz
)
