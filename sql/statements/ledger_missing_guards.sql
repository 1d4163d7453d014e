-- owner: rules.ledger
SELECT guard.name
FROM (VALUES
    ('ledger_entry_balances', 'ledger_entry'), ('ledger_leg_balances', 'ledger_leg'),
    ('ledger_entry_stamp', 'ledger_entry'), ('ledger_leg_join', 'ledger_leg'),
    ('ledger_entry_stays', 'ledger_entry'), ('ledger_entry_not_emptied', 'ledger_entry'),
    ('ledger_leg_stays', 'ledger_leg'), ('ledger_leg_not_emptied', 'ledger_leg'),
    ('ledger_account_stays', 'ledger_account'), ('ledger_account_not_emptied', 'ledger_account'),
    ('ledger_period_closes', 'ledger_period'), ('ledger_period_moves', 'ledger_period'),
    ('ledger_period_stays', 'ledger_period'), ('ledger_snapshot_stays', 'ledger_balancesnapshot'),
    ('ledger_statement_stays', 'ledger_statement'), ('ledger_run_moves', 'ledger_run'),
    ('ledger_payment_moves', 'ledger_payment'), ('ledger_claim_stays', 'ledger_claim')
) AS guard (name, relation)
WHERE NOT EXISTS (
    SELECT FROM pg_trigger
    WHERE tgname = guard.name AND tgrelid = guard.relation::regclass AND tgenabled IN ('O', 'A')
)
ORDER BY guard.name
