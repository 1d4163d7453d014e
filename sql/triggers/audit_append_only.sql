-- owner: core
CREATE OR REPLACE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON core_auditentry
FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE OR REPLACE TRIGGER audit_not_emptied BEFORE TRUNCATE ON core_auditentry
FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
