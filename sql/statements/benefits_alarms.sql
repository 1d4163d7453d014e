-- owner: rules.benefits
-- The alarms that held at an instant.
SELECT threshold.code
FROM benefits_cityalarm AS alarm
JOIN benefits_alarmthreshold AS threshold ON threshold.id = alarm.threshold_id
WHERE alarm.began_at <= %(at)s::timestamptz AND (alarm.ended_at IS NULL OR alarm.ended_at > %(at)s::timestamptz)
