-- owner: rules.benefits
-- Promises to tell of a decision that stands. The dispatcher is not woken as core.outbox does it: commits that notify
-- wait for each other in all of PostgreSQL, and it looks by itself every second.
CREATE OR REPLACE FUNCTION public.benefits_promise(decision uuid, actor text, at timestamptz) RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO core_outboxentry (topic, payload, actor, state, attempts, published_at, due_at, error)
    VALUES ('benefit.decided', jsonb_build_object('decision_id', decision), actor, 'due', 0, at, at, '');
$$;
