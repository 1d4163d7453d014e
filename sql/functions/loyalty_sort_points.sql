-- owner: rules.loyalty
-- Brings the lots of an account up to its legs, whoever posted those: a leg that earns makes a lot, one that gives back
-- fills the lots again that its spending took from, and one that takes empties first the lot of what it takes back,
-- then the lots that expire first. What a return takes beyond all lots is owed, and taken from what comes next.
--
-- The account's row is locked until the transaction ends, and every statement here sees what was there after that: who
-- has called this may look at the lots and post against them.
CREATE OR REPLACE FUNCTION public.loyalty_sort_points(sorted bigint, months_kept int) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    taking record;
    lot record;
    missing bigint;
    taken bigint;
BEGIN
    PERFORM FROM ledger_account WHERE id = sorted FOR NO KEY UPDATE;

    INSERT INTO loyalty_pointlot (account_id, leg_id, source, earned_on, expires_on, points, "left")
    SELECT
        sorted, leg.id, loyalty_point_source(entry.reference), entry.effective_on,
        (date_trunc('month', entry.effective_on::timestamp) + make_interval(months => months_kept + 1))::date,
        leg.amount, leg.amount
    FROM ledger_leg AS leg
    JOIN ledger_entry AS entry ON entry.id = leg.entry_id
    WHERE leg.account_id = sorted AND leg.amount > 0 AND entry.kind <> 'points-back'
        AND NOT EXISTS (SELECT FROM loyalty_pointlot AS made WHERE made.leg_id = leg.id)
    ORDER BY leg.id;

    WITH back AS (
        INSERT INTO loyalty_pointuse (leg_id, lot_id, points)
        SELECT leg.id, used.lot_id, -used.points
        FROM ledger_leg AS leg
        JOIN ledger_entry AS entry ON entry.id = leg.entry_id
        JOIN ledger_entry AS spent ON spent.kind = 'points-spent' AND spent.reference = entry.reference
        JOIN ledger_leg AS spending ON spending.entry_id = spent.id AND spending.account_id = sorted
        JOIN loyalty_pointuse AS used ON used.leg_id = spending.id
        WHERE leg.account_id = sorted AND entry.kind = 'points-back'
            AND NOT EXISTS (SELECT FROM loyalty_pointuse AS done WHERE done.leg_id = leg.id)
        RETURNING lot_id, points
    ), given AS (
        SELECT lot_id, -sum(points) AS points FROM back GROUP BY lot_id
    )
    UPDATE loyalty_pointlot AS filled SET "left" = filled."left" + given.points
    FROM given WHERE filled.id = given.lot_id;

    FOR taking IN
        SELECT leg.id, -leg.amount - coalesce(sum(used.points), 0) AS missing,
            loyalty_point_source(entry.reference) AS source
        FROM ledger_leg AS leg
        JOIN ledger_entry AS entry ON entry.id = leg.entry_id
        LEFT JOIN loyalty_pointuse AS used ON used.leg_id = leg.id
        WHERE leg.account_id = sorted AND leg.amount < 0
        GROUP BY leg.id, entry.id
        HAVING -leg.amount > coalesce(sum(used.points), 0)
        ORDER BY leg.id
    LOOP
        missing := taking.missing;
        FOR lot IN
            SELECT id, "left" FROM loyalty_pointlot
            WHERE account_id = sorted AND "left" > 0
            ORDER BY (source = taking.source) DESC, expires_on, id
        LOOP
            EXIT WHEN missing = 0;
            taken := least(missing, lot."left");
            UPDATE loyalty_pointlot SET "left" = "left" - taken WHERE id = lot.id;
            INSERT INTO loyalty_pointuse (leg_id, lot_id, points) VALUES (taking.id, lot.id, taken);
            missing := missing - taken;
        END LOOP;
    END LOOP;
END $$;
