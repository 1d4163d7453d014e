-- owner: rules.ledger
-- The balances before the period and all that was booked in it.
INSERT INTO ledger_balancesnapshot (period_id, account_id, balance)
SELECT %(period)s, account_id, sum(amount)
FROM (
    SELECT before.account_id, before.balance AS amount
    FROM ledger_balancesnapshot AS before JOIN ledger_period AS period ON period.id = before.period_id
    WHERE upper(period.days) = %(first_day)s
    UNION ALL
    SELECT leg.account_id, leg.amount
    FROM ledger_leg AS leg JOIN ledger_entry AS entry ON entry.id = leg.entry_id
    WHERE entry.booked_on >= %(first_day)s AND entry.booked_on < %(end_day)s
) AS moved
GROUP BY account_id
ON CONFLICT DO NOTHING
