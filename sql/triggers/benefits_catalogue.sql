-- owner: rules.benefits
CREATE OR REPLACE TRIGGER benefits_programme_renews AFTER INSERT OR UPDATE OR DELETE ON benefits_programme
FOR EACH STATEMENT EXECUTE FUNCTION public.benefits_renew_catalogue();
CREATE OR REPLACE TRIGGER benefits_version_renews AFTER INSERT OR UPDATE OR DELETE ON benefits_programmeversion
FOR EACH STATEMENT EXECUTE FUNCTION public.benefits_renew_catalogue();
CREATE OR REPLACE TRIGGER benefits_override_renews AFTER INSERT OR UPDATE OR DELETE ON benefits_override
FOR EACH STATEMENT EXECUTE FUNCTION public.benefits_renew_catalogue();
