-- owner: rules.benefits
-- What a decision has to know first: the token of the catalogue, whether reservations wait to be ended, the alarms that
-- hold, what is used of caps and counters, the resident's latest check-in of the same local day (from the decisions that
-- check-ins led to), and where a device stands, with the groups of its merchant on that day.
SELECT
    (SELECT token FROM benefits_catalogue),
    EXISTS (SELECT FROM benefits_decision WHERE status = 'reserved' AND reserved_until <= %(now)s::timestamptz),
    ARRAY(
        SELECT threshold.code::text
        FROM benefits_cityalarm AS alarm
        JOIN benefits_alarmthreshold AS threshold ON threshold.id = alarm.threshold_id
        WHERE alarm.began_at <= %(at)s::timestamptz
            AND (alarm.ended_at IS NULL OR alarm.ended_at > %(at)s::timestamptz)
    ),
    (
        SELECT json_agg(json_build_array(holder, programme_id, code, period_start, used, since))::text
        FROM benefits_usage
        WHERE holder = ANY(%(holders)s::text[]) AND period_start = ANY(%(starts)s::date[])
    ),
    visit.place_id, visit.position, visit.decided_at,
    (
        SELECT json_build_array(
            place.id, coalesce(place.code, ''), place.category, ST_X(place.geometry), ST_Y(place.geometry)
        )::text
        FROM places_place AS place
        WHERE place.id = device.place_id
    ),
    (
        SELECT json_build_array(
            coalesce(merchant.code, ''), merchant.category,
            ARRAY(
                SELECT grouping.code
                FROM merchants_merchantmembership AS membership
                JOIN merchants_merchantgroup AS grouping ON grouping.id = membership.group_id
                WHERE membership.merchant_id = merchant.id AND membership.period @> %(day)s::date
            )
        )::text
        FROM merchants_merchant AS merchant
        WHERE merchant.id = device.merchant_id
    )
FROM (SELECT) AS nothing
LEFT JOIN LATERAL (
    SELECT place_id, facts -> 'place.position' AS position, decided_at
    FROM benefits_decision
    WHERE resident = %(resident)s AND trigger = %(check_in)s AND day = %(day)s::date
        AND decided_at <= %(at)s::timestamptz
    ORDER BY decided_at DESC
    LIMIT 1
) AS visit ON true
LEFT JOIN devices_device AS device ON device.id = %(device)s::bigint
