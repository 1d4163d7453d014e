-- owner: rules.benefits
CREATE OR REPLACE TRIGGER benefits_version_stays BEFORE UPDATE OR DELETE ON benefits_programmeversion
FOR EACH ROW EXECUTE FUNCTION public.benefits_keep_version();
CREATE OR REPLACE TRIGGER benefits_version_not_emptied BEFORE TRUNCATE ON benefits_programmeversion
FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE OR REPLACE TRIGGER benefits_version_needs_act AFTER INSERT OR UPDATE OF state ON benefits_programmeversion
FOR EACH ROW WHEN (NEW.state = 'active') EXECUTE FUNCTION public.benefits_need_act();
CREATE OR REPLACE TRIGGER benefits_programme_keeps_act AFTER UPDATE ON benefits_programme
FOR EACH ROW EXECUTE FUNCTION public.benefits_need_act();

CREATE OR REPLACE TRIGGER benefits_decision_moves BEFORE UPDATE ON benefits_decision
FOR EACH ROW EXECUTE FUNCTION public.benefits_keep_decision();
CREATE OR REPLACE TRIGGER benefits_decision_stays BEFORE DELETE ON benefits_decision
FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE OR REPLACE TRIGGER benefits_decision_not_emptied BEFORE TRUNCATE ON benefits_decision
FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE OR REPLACE TRIGGER benefits_grant_returns BEFORE UPDATE ON benefits_grant
FOR EACH ROW EXECUTE FUNCTION public.benefits_keep_grant();
CREATE OR REPLACE TRIGGER benefits_grant_stays BEFORE DELETE ON benefits_grant
FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE OR REPLACE TRIGGER benefits_grant_not_emptied BEFORE TRUNCATE ON benefits_grant
FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE OR REPLACE TRIGGER benefits_return_stays BEFORE UPDATE OR DELETE ON benefits_return
FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE OR REPLACE TRIGGER benefits_return_not_emptied BEFORE TRUNCATE ON benefits_return
FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
