-- owner: rules.ledger
CREATE OR REPLACE TRIGGER ledger_entry_stamp BEFORE INSERT ON ledger_entry
FOR EACH ROW EXECUTE FUNCTION public.ledger_stamp_entry();
CREATE OR REPLACE TRIGGER ledger_leg_join BEFORE INSERT ON ledger_leg
FOR EACH ROW EXECUTE FUNCTION public.ledger_join_entry();

CREATE OR REPLACE TRIGGER ledger_entry_stays BEFORE UPDATE OR DELETE ON ledger_entry
FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE OR REPLACE TRIGGER ledger_entry_not_emptied BEFORE TRUNCATE ON ledger_entry
FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE OR REPLACE TRIGGER ledger_leg_stays BEFORE UPDATE OR DELETE ON ledger_leg
FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE OR REPLACE TRIGGER ledger_leg_not_emptied BEFORE TRUNCATE ON ledger_leg
FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- An account's unit decides what its legs mean.
CREATE OR REPLACE TRIGGER ledger_account_stays BEFORE UPDATE OR DELETE ON ledger_account
FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE OR REPLACE TRIGGER ledger_account_not_emptied BEFORE TRUNCATE ON ledger_account
FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
