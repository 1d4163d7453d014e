-- owner: gis_platform.devices
-- Takes the mark of a signed request: one row for the first who brings it, none for a copy.
INSERT INTO devices_nonce (device_id, nonce, seen_at)
VALUES (%(device)s, %(nonce)s, %(seen_at)s)
ON CONFLICT (device_id, nonce) DO NOTHING
RETURNING id
