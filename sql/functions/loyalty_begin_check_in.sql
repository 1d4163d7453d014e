-- owner: rules.loyalty
-- All that a check-in has to know first, in one call: whether this key has its answer, what the label stands for, where
-- its resident and its phone were. The resident's row is locked until the transaction ends and every statement here
-- looks after that: of two scans at once the second sees the first.
CREATE OR REPLACE FUNCTION public.loyalty_begin_check_in(
    wanted bigint, asked_scope text, asked_key text, label bigint, generation int, stands_at bigint,
    phone text, phone_window interval, repeat_window interval, at timestamptz
)
RETURNS TABLE (
    id bigint, answer bytea, body_hash bytea, beacon jsonb,
    last_at timestamptz, last_cell text, last_here_at timestamptz, others_on_phone bigint
)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    PERFORM FROM residents_resident AS resident WHERE resident.id = wanted FOR NO KEY UPDATE;
    RETURN QUERY
    SELECT
        nextval('loyalty_checkin_id_seq'), kept.answer, kept.body_hash, to_jsonb(found),
        latest.at, latest.cell::text,
        (
            SELECT max(visit.at) FROM loyalty_checkin AS visit
            WHERE visit.resident_id = wanted AND visit.decision = 'accepted'
                AND visit.place_id = coalesce(found.place, stands_at)
                AND visit.at > loyalty_begin_check_in.at - repeat_window
                AND visit.at < loyalty_begin_check_in.at + repeat_window  -- a reader may send an earlier visit late
        ),
        (
            SELECT count(DISTINCT visit.resident_id) FROM loyalty_checkin AS visit
            WHERE loyalty_begin_check_in.phone <> '' AND visit.phone = loyalty_begin_check_in.phone
                AND visit.at > loyalty_begin_check_in.at - phone_window AND visit.resident_id <> wanted
        )
    FROM (SELECT) AS nothing
    LEFT JOIN core_idempotencyrecord AS kept
        ON kept.scope = asked_scope AND kept.key = asked_key
        AND kept.expires_at > loyalty_begin_check_in.at
    LEFT JOIN LATERAL (
        SELECT
            sign.id, sign.place_id AS place, place.code, place.category, place.visit_radius_m,
            place.name_lv, place.name_lt, place.name_en,
            st_x(place.geometry) AS longitude, st_y(place.geometry) AS latitude
        FROM places_beacon AS sign
        JOIN places_place AS place ON place.id = sign.place_id
        WHERE sign.id = label AND sign.generation = loyalty_begin_check_in.generation
            AND sign.revoked_at IS NULL AND sign.status = 'published' AND place.status = 'published'
            AND (place.valid_from IS NULL OR place.valid_from <= loyalty_begin_check_in.at)
            AND (place.valid_to IS NULL OR place.valid_to > loyalty_begin_check_in.at)
    ) AS found ON true
    LEFT JOIN LATERAL (
        SELECT visit.at, visit.cell FROM loyalty_checkin AS visit
        WHERE visit.resident_id = wanted AND visit.decision = 'accepted'
        ORDER BY visit.at DESC
        LIMIT 1
    ) AS latest ON true;
END $$;
