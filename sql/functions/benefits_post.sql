-- owner: rules.benefits
-- Posts what a decision's grants give, and returns the entry; NULL where they give nothing. The programme and its funder
-- owe, the merchant is owed cents and the resident points.
-- Accounts are opened in one order, so that two postings that open the same ones never wait for each other in a circle.
CREATE OR REPLACE FUNCTION public.benefits_post(decision benefits_decision, at timestamptz)
RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    postings jsonb;
    entry bigint;
BEGIN
    WITH given AS (
        SELECT programme.code, gift.funder, sum(gift.cents) AS cents, sum(gift.points) AS points
        FROM benefits_grant AS gift
        JOIN benefits_programmeversion AS version ON version.id = gift.version_id
        JOIN benefits_programme AS programme ON programme.id = version.programme_id
        WHERE gift.decision_id = decision.id
        GROUP BY programme.code, gift.funder
    ), posted (kind, holder, funder, unit, amount) AS (
        SELECT 'programme', code, funder, 'cents', -cents FROM given
        UNION ALL SELECT 'programme', code, funder, 'points', -points FROM given
        UNION ALL SELECT 'merchant', decision.merchant, '', 'cents', sum(cents) FROM given
        UNION ALL SELECT 'resident', decision.resident, '', 'points', sum(points) FROM given
    )
    SELECT jsonb_agg(to_jsonb(posted)) INTO postings FROM posted WHERE amount <> 0;
    IF postings IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO ledger_account (kind, holder, funder, unit)
    SELECT leg.kind, leg.holder, leg.funder, leg.unit
    FROM jsonb_to_recordset(postings) AS leg(kind text, holder text, funder text, unit text)
    WHERE NOT EXISTS (
        SELECT FROM ledger_account AS account
        WHERE (account.kind, account.holder, account.funder, account.unit)
            = (leg.kind, leg.holder, leg.funder, leg.unit)
    )
    ORDER BY leg.kind, leg.holder, leg.funder, leg.unit
    ON CONFLICT (kind, holder, funder, unit) DO NOTHING;
    INSERT INTO ledger_entry (kind, reference, code, posted_at, effective_on)
    VALUES ('benefit', 'decision:' || decision.id, decision.code, at, decision.day)
    RETURNING id INTO entry;
    INSERT INTO ledger_leg (entry_id, account_id, amount)
    SELECT entry, account.id, leg.amount
    FROM jsonb_to_recordset(postings) AS leg(kind text, holder text, funder text, unit text, amount bigint)
    JOIN ledger_account AS account
        ON (account.kind, account.holder, account.funder, account.unit) = (leg.kind, leg.holder, leg.funder, leg.unit);
    RETURN entry;
END $$;
