-- owner: rules.loyalty
-- The accounts with points that are due to expire on a day: in lots, or earned long ago and not yet sorted into one.
SELECT account_id FROM loyalty_pointlot WHERE "left" > 0 AND expires_on <= %(day)s::date
UNION
SELECT leg.account_id
FROM ledger_entry AS entry
JOIN ledger_leg AS leg ON leg.entry_id = entry.id AND leg.amount > 0
JOIN ledger_account AS account ON account.id = leg.account_id AND account.kind = 'resident' AND account.unit = 'points'
WHERE entry.effective_on
        < date_trunc('month', %(day)s::timestamp) - make_interval(months => %(months_kept)s::int)
    AND NOT EXISTS (SELECT FROM loyalty_pointlot AS made WHERE made.leg_id = leg.id)
ORDER BY 1
