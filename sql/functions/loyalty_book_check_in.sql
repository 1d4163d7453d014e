-- owner: rules.loyalty
-- Books a check-in that was weighed: the points of the visit itself, the check-in, the promise to tell, and the answer
-- to its key. The resident's row is locked already (loyalty_begin_check_in).
-- The dispatcher is not woken: commits that notify wait for each other in all of PostgreSQL, and it looks every second.
CREATE OR REPLACE FUNCTION public.loyalty_book_check_in(
    asked jsonb, handle text, actor text, scope text, key text, body_hash bytea, answer text, expires_at timestamptz
)
RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    visit loyalty_checkin := jsonb_populate_record(NULL::loyalty_checkin, asked);
    given int := (asked ->> 'visit_points')::int;
    entry bigint;
BEGIN
    INSERT INTO loyalty_checkin SELECT (visit).*
    ON CONFLICT (id) DO UPDATE  -- a reader has confirmed what a label alone did not prove
    SET decision = excluded.decision, score = excluded.score, reasons = excluded.reasons,
        points = excluded.points, benefit = excluded.benefit, device_id = excluded.device_id;
    IF visit.decision = 'accepted' THEN
        INSERT INTO ledger_entry (kind, reference, posted_at, effective_on)
        VALUES ('check-in', 'check-in:' || visit.id, visit.at, (asked ->> 'day')::date)
        RETURNING id INTO entry;
        INSERT INTO ledger_leg (entry_id, account_id, amount)
        VALUES
            (entry, loyalty_account('programme', 'loyalty', 'city'), -given),
            (entry, loyalty_account('resident', handle, ''), given);
        INSERT INTO core_outboxentry (topic, payload, actor, state, attempts, published_at, due_at, error)
        VALUES (
            'loyalty.checked-in', jsonb_build_object('check_in_id', visit.id), actor, 'due', 0, visit.at, visit.at, ''
        );
    END IF;
    IF key <> '' THEN
        INSERT INTO core_idempotencyrecord AS kept
            (scope, key, body_hash, status, answer, content_type, created_at, expires_at)
        VALUES (
            loyalty_book_check_in.scope, loyalty_book_check_in.key, loyalty_book_check_in.body_hash, 201,
            convert_to(loyalty_book_check_in.answer, 'UTF8'), 'application/json', visit.at,
            loyalty_book_check_in.expires_at
        )
        ON CONFLICT ON CONSTRAINT core_idempotency_one_answer_a_key DO UPDATE
        SET body_hash = excluded.body_hash, status = 201, answer = excluded.answer,
            created_at = excluded.created_at, expires_at = excluded.expires_at;
    END IF;
END $$;
