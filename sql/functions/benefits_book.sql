-- owner: rules.benefits
-- Books one decision, and all that belongs to it, in one call: the idempotency key with its answer, what is used of
-- caps and counters, grants, ledger entry, the decision, the record of who asked, the promise to tell, the budgets.
--
-- Gives {"booked": true}; {"answer", "body_hash"} of an earlier request with this key; or what refused and must be
-- decided anew: {"refused": "limits"} (a cap has no room, or a counter has moved) or {"refused": "budget", "programme",
-- "reason"}. Refused, it leaves nothing behind, not even the key: the inner block is undone as a whole.
--
-- Isolation is READ COMMITTED, and each limit is taken by one conditional statement, which waits for the row and then
-- looks at its newest state: nothing is read first and written then. Rows are locked in one order, by all functions of
-- this room: key, decision, usage (holder, programme, code, period), accounts, budgets (programme, funder). So no two
-- wait for each other in a circle. Budgets come last because all tills of the city want the same rows: from there it
-- is only the commit that the others wait for.
CREATE OR REPLACE FUNCTION public.benefits_book(asked jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    decision benefits_decision := jsonb_populate_record(NULL::benefits_decision, asked -> 'decision');
    actor text := asked ->> 'actor';
    at timestamptz := decision.status_at;
    claim record;
    take record;
    refused jsonb;
BEGIN
    SELECT * INTO claim
    FROM jsonb_to_record(asked -> 'claim') AS claim(
        scope text, key text, body_hash text, answer text, expires_at timestamptz
    );
    -- A twin waits here until the first has ended; then the key has its answer, or is free.
    INSERT INTO core_idempotencyrecord AS kept
        (scope, key, body_hash, status, answer, content_type, created_at, expires_at)
    VALUES (
        claim.scope, claim.key, decode(claim.body_hash, 'hex'), 200, convert_to(claim.answer, 'UTF8'),
        'application/json', at, claim.expires_at
    )
    ON CONFLICT (scope, key) DO UPDATE
    SET body_hash = excluded.body_hash, answer = excluded.answer, created_at = at, expires_at = excluded.expires_at
    WHERE kept.expires_at <= at;
    IF NOT FOUND THEN
        RETURN (
            SELECT jsonb_build_object(
                'body_hash', encode(kept.body_hash, 'hex'), 'answer', convert_from(kept.answer, 'UTF8')
            )
            FROM core_idempotencyrecord AS kept
            WHERE kept.scope = claim.scope AND kept.key = claim.key
        );
    END IF;

    FOR take IN
        SELECT * FROM jsonb_to_recordset(asked -> 'takes') AS take(
            holder text, programme bigint, code text, period_start date, since timestamptz, used bigint,
            "limit" bigint, seen_used bigint, seen_since timestamptz
        )
        ORDER BY holder, programme, code, period_start
    LOOP
        IF NOT benefits_take_usage(
            take.holder, take.programme, take.code, take.period_start, take.since, take.used,
            take."limit", take.seen_used, take.seen_since
        ) THEN
            RAISE SQLSTATE 'CB001' USING MESSAGE = '{"refused": "limits"}';
        END IF;
    END LOOP;

    -- Foreign keys are looked at when the transaction ends, so the grants may come before their decision.
    INSERT INTO benefits_grant
        (decision_id, version_id, rule, line, funder, cents, points, units, returned_cents, returned_points)
    SELECT decision.id, gift.version, gift.rule, gift.line, gift.funder, gift.cents, gift.points, gift.units, 0, 0
    FROM jsonb_to_recordset(asked -> 'grants') AS gift(
        version bigint, rule text, line text, funder text, cents bigint, points bigint, units bigint
    );
    IF decision.status = 'committed' THEN
        decision.entry_id := benefits_post(decision, at);
    END IF;
    INSERT INTO benefits_decision SELECT (decision).*;
    INSERT INTO core_auditentry (at, actor, action, subject, data, request_id)
    SELECT at, actor, 'residents.identified', identified.subject, identified.data, identified.request_id
    FROM jsonb_to_record(asked -> 'identified') AS identified(subject text, data jsonb, request_id text)
    WHERE identified.subject IS NOT NULL;
    IF decision.status = 'committed' THEN
        PERFORM benefits_promise(decision.id, actor, at);
    END IF;

    refused := benefits_spend(decision);
    IF refused IS NOT NULL THEN
        RAISE SQLSTATE 'CB001' USING MESSAGE = refused;
    END IF;
    RETURN '{"booked": true}';
EXCEPTION
    WHEN SQLSTATE 'CB001' THEN
        RETURN sqlerrm::jsonb;
END $$;
