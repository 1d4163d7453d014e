-- owner: rules.benefits
-- All that a till's question asks before it is decided: the device of a key as device_of_key, the resident of a card
-- as resident_recognised, and what benefits_before knows. One row if there is such a key, with nothing of a resident
-- where there is no such card.
SELECT
    device.id, device.code, device.role, device.place_id, device.merchant_id, device.key_prefix, device.key_hash,
    device.previous_key_hash, device.public_key, device.unsigned_allowed, device.firmware, device.last_seen_at,
    person.blocked_at, person.expires_at, person.id, person.handle, person.birth_date, person.groups, person.district,
    person.household, person.household_size, person.household_children, person.escorts,
    known.token, known.are_due, known.alarms, known.rows, known.visit_place, known.visit_position, known.visit_at,
    known.place, known.shop
FROM (
    SELECT * FROM devices_device
    WHERE key_prefix = %(prefix)s AND key_prefix <> '' AND revoked_at IS NULL
    UNION ALL
    SELECT * FROM devices_device
    WHERE previous_key_prefix = %(prefix)s AND previous_key_prefix <> ''
        AND previous_key_ends_at > %(now)s::timestamptz AND revoked_at IS NULL
    LIMIT 1
) AS device
LEFT JOIN (
    SELECT
        means.blocked_at, means.expires_at, resident.id, resident.handle, resident.birth_date,
        standing.groups, standing.district, standing.household, standing.household_size,
        standing.household_children, standing.escorts
    FROM residents_means AS means
    JOIN residents_resident AS resident ON resident.id = means.resident_id
    CROSS JOIN LATERAL resident_standing(resident.id, %(day)s::date, %(adult_from)s::int) AS standing
    WHERE means.kind = %(kind)s AND means.token_hash = %(token_hash)s
) AS person ON true
LEFT JOIN LATERAL benefits_known(
    person.handle::text,
    ARRAY[
        'resident:' || person.handle, 'household:' || person.household, 'merchant:' || device.merchant_id,
        'place:' || device.place_id, 'device:' || device.id, 'programme'
    ],
    %(starts)s::date[], %(check_in)s::text, %(day)s::date, %(at)s::timestamptz, %(now)s::timestamptz,
    device.place_id, device.merchant_id
) AS known ON true
