-- owner: rules.benefits
-- What a decision has to know first: the token of the catalogue, whether reservations wait to be ended, the alarms that
-- hold, what is used of caps and counters, the resident's latest check-in of the same local day (from the decisions that
-- check-ins led to), and the place and shop of a device, with the shop's groups on that day.
-- One SELECT, so that the statements that ask it take it in and are planned as a whole.
DROP FUNCTION IF EXISTS public.benefits_known(text, text[], date[], text, date, timestamptz, timestamptz, bigint, bigint);
CREATE FUNCTION public.benefits_known(
    of_resident text, of_holders text[], of_starts date[], check_in text, on_day date, at_instant timestamptz,
    at_present timestamptz, stands_at bigint, sells_for bigint
)
RETURNS TABLE (
    token uuid, are_due boolean, alarms text[], rows text, visit_place bigint, visit_position text,
    visit_at timestamptz, place text, shop text
)
LANGUAGE sql STABLE
AS $$
    SELECT
        (SELECT catalogue.token FROM benefits_catalogue AS catalogue),
        EXISTS (
            SELECT FROM benefits_decision AS waiting
            WHERE waiting.status = 'reserved' AND waiting.reserved_until <= at_present
        ),
        ARRAY(
            SELECT threshold.code::text
            FROM benefits_cityalarm AS alarm
            JOIN benefits_alarmthreshold AS threshold ON threshold.id = alarm.threshold_id
            WHERE alarm.began_at <= at_instant AND (alarm.ended_at IS NULL OR alarm.ended_at > at_instant)
        ),
        (
            SELECT json_agg(json_build_array(
                usage.holder, usage.programme_id, usage.code, usage.period_start, usage.used, usage.since
            ))::text
            FROM benefits_usage AS usage
            WHERE usage.holder = ANY(of_holders) AND usage.period_start = ANY(of_starts)
        ),
        visit.place_id, visit.position::text, visit.decided_at,
        (
            SELECT json_build_array(
                place.id, coalesce(place.code, ''), place.category, ST_X(place.geometry), ST_Y(place.geometry)
            )::text
            FROM places_place AS place
            WHERE place.id = stands_at
        ),
        (
            SELECT json_build_array(
                coalesce(merchant.code, ''), merchant.category,
                ARRAY(
                    SELECT grouping.code
                    FROM merchants_merchantmembership AS membership
                    JOIN merchants_merchantgroup AS grouping ON grouping.id = membership.group_id
                    WHERE membership.merchant_id = merchant.id AND membership.period @> on_day
                )
            )::text
            FROM merchants_merchant AS merchant
            WHERE merchant.id = sells_for
        )
    FROM (SELECT) AS nothing
    LEFT JOIN LATERAL (
        SELECT decision.place_id, decision.facts -> 'place.position' AS position, decision.decided_at
        FROM benefits_decision AS decision
        WHERE decision.resident = of_resident AND decision.trigger = check_in AND decision.day = on_day
            AND decision.decided_at <= at_instant
        ORDER BY decision.decided_at DESC
        LIMIT 1
    ) AS visit ON true
$$;
