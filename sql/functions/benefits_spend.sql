-- owner: rules.benefits
-- Takes what a decision's grants give from the budgets of its day: reserved, or used when it is committed at once. NULL
-- when all have room, or else the refusal, which names the programme; then the caller undoes the rest.
CREATE OR REPLACE FUNCTION public.benefits_spend(decision benefits_decision) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    spent record;
    reserved boolean := decision.status = 'reserved';
BEGIN
    FOR spent IN SELECT * FROM benefits_spent(decision.id) LOOP
        UPDATE benefits_budget
        SET reserved_cents = reserved_cents + CASE WHEN reserved THEN spent.cents ELSE 0 END,
            used_cents = used_cents + CASE WHEN reserved THEN 0 ELSE spent.cents END
        WHERE programme_id = spent.programme AND funder = spent.funder AND period @> decision.day
            AND used_cents + reserved_cents + spent.cents <= limit_cents;
        IF NOT FOUND THEN
            RETURN jsonb_build_object(
                'refused', 'budget', 'programme', spent.code, 'reason', CASE WHEN EXISTS (
                    SELECT FROM benefits_budget
                    WHERE programme_id = spent.programme AND funder = spent.funder AND period @> decision.day
                ) THEN 'budget-exhausted' ELSE 'no-budget' END
            );
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
