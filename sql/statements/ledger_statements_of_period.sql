-- owner: rules.ledger
-- One for each merchant who was owed something before, or for whom something was booked. What was effective in an
-- earlier period is a correction, whichever its sign.
INSERT INTO ledger_statement (
    period_id, account_id, number, opening_cents, granted_cents, returned_cents, correction_cents, paid_cents,
    closing_cents, decisions
)
SELECT
    %(period)s,
    account.id,
    to_char(%(first_day)s::date, 'YYYYMM') || '-' || account.id,
    coalesce(before.balance, 0),
    coalesce(moved.granted, 0),
    coalesce(moved.returned, 0),
    coalesce(moved.corrected, 0),
    coalesce(moved.paid, 0),
    ending.balance,
    coalesce(moved.decisions, 0)
FROM ledger_balancesnapshot AS ending
JOIN ledger_account AS account ON account.id = ending.account_id AND account.kind = 'merchant' AND account.unit = 'cents'
LEFT JOIN (
    SELECT snapshot.account_id, snapshot.balance
    FROM ledger_balancesnapshot AS snapshot JOIN ledger_period AS period ON period.id = snapshot.period_id
    WHERE upper(period.days) = %(first_day)s
) AS before ON before.account_id = account.id
LEFT JOIN (
    SELECT
        leg.account_id,
        sum(leg.amount) FILTER (WHERE entry.kind = %(payment)s) AS paid,
        sum(leg.amount) FILTER (WHERE entry.kind <> %(payment)s AND entry.effective_on < %(first_day)s) AS corrected,
        sum(leg.amount) FILTER (
            WHERE entry.kind <> %(payment)s AND entry.effective_on >= %(first_day)s AND leg.amount > 0
        ) AS granted,
        sum(leg.amount) FILTER (
            WHERE entry.kind <> %(payment)s AND entry.effective_on >= %(first_day)s AND leg.amount < 0
        ) AS returned,
        count(*) FILTER (WHERE entry.kind <> %(payment)s AND leg.amount > 0) AS decisions
    FROM ledger_leg AS leg JOIN ledger_entry AS entry ON entry.id = leg.entry_id
    WHERE entry.booked_on >= %(first_day)s AND entry.booked_on < %(end_day)s
    GROUP BY leg.account_id
) AS moved ON moved.account_id = account.id
WHERE ending.period_id = %(period)s AND (before.balance <> 0 OR moved.account_id IS NOT NULL)
ORDER BY account.id
ON CONFLICT DO NOTHING
