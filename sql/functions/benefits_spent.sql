-- owner: rules.benefits
-- What a decision's grants still cost each budget, in the order in which budgets are locked.
CREATE OR REPLACE FUNCTION public.benefits_spent(decision uuid)
RETURNS TABLE (programme bigint, code text, funder text, cents bigint)
LANGUAGE sql STABLE
AS $$
    SELECT version.programme_id, programme.code, gift.funder, sum(gift.cents - gift.returned_cents)::bigint
    FROM benefits_grant AS gift
    JOIN benefits_programmeversion AS version ON version.id = gift.version_id
    JOIN benefits_programme AS programme ON programme.id = version.programme_id
    WHERE gift.decision_id = benefits_spent.decision
    GROUP BY version.programme_id, programme.code, gift.funder
    HAVING sum(gift.cents - gift.returned_cents) > 0
    ORDER BY version.programme_id, gift.funder;
$$;
