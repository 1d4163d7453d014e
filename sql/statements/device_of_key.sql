-- owner: gis_platform.devices
-- The device that carries the key with a prefix: the present one, or the one before while that is accepted.
SELECT
    id, code, role, place_id, merchant_id, key_prefix, key_hash, previous_key_hash, public_key, unsigned_allowed,
    firmware, last_seen_at
FROM devices_device
WHERE key_prefix = %(prefix)s AND key_prefix <> '' AND revoked_at IS NULL
UNION ALL
SELECT
    id, code, role, place_id, merchant_id, key_prefix, key_hash, previous_key_hash, public_key, unsigned_allowed,
    firmware, last_seen_at
FROM devices_device
WHERE previous_key_prefix = %(prefix)s AND previous_key_prefix <> ''
    AND previous_key_ends_at > %(at)s::timestamptz AND revoked_at IS NULL
LIMIT 1
