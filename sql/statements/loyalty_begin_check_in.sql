-- owner: rules.loyalty
SELECT id, answer, body_hash, beacon, last_at, last_cell, last_here_at, others_on_phone
FROM loyalty_begin_check_in(
    %(resident)s::bigint, %(scope)s::text, %(key)s::text, %(label)s::bigint, %(generation)s::int, %(place)s::bigint,
    %(phone)s::text, %(phone_window)s::interval, %(repeat_window)s::interval,
    %(at)s::timestamptz
)
