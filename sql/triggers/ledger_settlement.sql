-- owner: rules.ledger
-- What was settled and what the bank said stays, like the book that it was made from.
CREATE OR REPLACE TRIGGER ledger_period_closes BEFORE INSERT ON ledger_period
FOR EACH ROW EXECUTE FUNCTION public.ledger_close_period();

CREATE OR REPLACE TRIGGER ledger_period_moves BEFORE UPDATE ON ledger_period
FOR EACH ROW EXECUTE FUNCTION public.ledger_keep_period();
CREATE OR REPLACE TRIGGER ledger_period_stays BEFORE DELETE ON ledger_period
FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE OR REPLACE TRIGGER ledger_period_not_emptied BEFORE TRUNCATE ON ledger_period
FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE OR REPLACE TRIGGER ledger_run_moves BEFORE UPDATE ON ledger_run
FOR EACH ROW EXECUTE FUNCTION public.ledger_keep_run();
CREATE OR REPLACE TRIGGER ledger_run_stays BEFORE DELETE ON ledger_run
FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE OR REPLACE TRIGGER ledger_run_not_emptied BEFORE TRUNCATE ON ledger_run
FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE OR REPLACE TRIGGER ledger_payment_moves BEFORE UPDATE ON ledger_payment
FOR EACH ROW EXECUTE FUNCTION public.ledger_keep_payment();
CREATE OR REPLACE TRIGGER ledger_payment_stays BEFORE DELETE ON ledger_payment
FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE OR REPLACE TRIGGER ledger_payment_not_emptied BEFORE TRUNCATE ON ledger_payment
FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE OR REPLACE TRIGGER ledger_finding_moves BEFORE UPDATE ON ledger_finding
FOR EACH ROW EXECUTE FUNCTION public.ledger_keep_finding();
CREATE OR REPLACE TRIGGER ledger_finding_stays BEFORE DELETE ON ledger_finding
FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE OR REPLACE TRIGGER ledger_finding_not_emptied BEFORE TRUNCATE ON ledger_finding
FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE OR REPLACE TRIGGER ledger_snapshot_joins BEFORE INSERT ON ledger_balancesnapshot
FOR EACH ROW EXECUTE FUNCTION public.ledger_join_period();

CREATE OR REPLACE TRIGGER ledger_snapshot_stays BEFORE UPDATE OR DELETE ON ledger_balancesnapshot
FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE OR REPLACE TRIGGER ledger_snapshot_not_emptied BEFORE TRUNCATE ON ledger_balancesnapshot
FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE OR REPLACE TRIGGER ledger_statement_joins BEFORE INSERT ON ledger_statement
FOR EACH ROW EXECUTE FUNCTION public.ledger_join_period();

CREATE OR REPLACE TRIGGER ledger_statement_stays BEFORE UPDATE OR DELETE ON ledger_statement
FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE OR REPLACE TRIGGER ledger_statement_not_emptied BEFORE TRUNCATE ON ledger_statement
FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE OR REPLACE TRIGGER ledger_omission_stays BEFORE UPDATE OR DELETE ON ledger_omission
FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE OR REPLACE TRIGGER ledger_omission_not_emptied BEFORE TRUNCATE ON ledger_omission
FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE OR REPLACE TRIGGER ledger_claim_stays BEFORE UPDATE OR DELETE ON ledger_claim
FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE OR REPLACE TRIGGER ledger_claim_not_emptied BEFORE TRUNCATE ON ledger_claim
FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE OR REPLACE TRIGGER ledger_bank_statement_stays BEFORE UPDATE OR DELETE ON ledger_bankstatement
FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE OR REPLACE TRIGGER ledger_bank_statement_not_emptied BEFORE TRUNCATE ON ledger_bankstatement
FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE OR REPLACE TRIGGER ledger_bank_line_stays BEFORE UPDATE OR DELETE ON ledger_bankline
FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE OR REPLACE TRIGGER ledger_bank_line_not_emptied BEFORE TRUNCATE ON ledger_bankline
FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
