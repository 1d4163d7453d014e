-- owner: rules.benefits
CREATE OR REPLACE TRIGGER benefits_override_stays BEFORE UPDATE OR DELETE ON benefits_override
FOR EACH ROW EXECUTE FUNCTION public.benefits_keep_override();
CREATE OR REPLACE TRIGGER benefits_override_not_emptied BEFORE TRUNCATE ON benefits_override
FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
