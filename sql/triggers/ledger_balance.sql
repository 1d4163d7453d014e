-- owner: rules.ledger
-- Constraint triggers cannot be replaced, so they are made anew.
DROP TRIGGER IF EXISTS ledger_entry_balances ON ledger_entry;
CREATE CONSTRAINT TRIGGER ledger_entry_balances AFTER INSERT ON ledger_entry
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.ledger_check_balance();

DROP TRIGGER IF EXISTS ledger_leg_balances ON ledger_leg;
CREATE CONSTRAINT TRIGGER ledger_leg_balances AFTER INSERT ON ledger_leg
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.ledger_check_balance();
