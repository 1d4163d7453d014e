-- owner: gis_platform.devices
-- Counts a minute in which a device was heard (or none), and keeps the battery that it tells of.
INSERT INTO devices_houralive AS known (device_id, hour, minutes, battery_percent)
VALUES (%(device)s, %(hour)s, %(minutes)s, %(battery)s)
ON CONFLICT (device_id, hour) DO UPDATE
SET minutes = least(known.minutes + excluded.minutes, 60),
    battery_percent = coalesce(excluded.battery_percent, known.battery_percent)
RETURNING minutes
