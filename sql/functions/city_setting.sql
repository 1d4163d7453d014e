-- owner: core
-- city_setting('actor' | 'reason' | 'change_set'): what acting() said for this transaction, NULL when nothing was said.
-- PostgreSQL gives back an empty text, not NULL, once a setting of that name has lived in the session.
CREATE OR REPLACE FUNCTION public.city_setting(name text) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN NULLIF(pg_catalog.current_setting('city.' || name, true), '');
