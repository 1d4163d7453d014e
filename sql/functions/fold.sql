-- owner: core
-- Text as search compares it: without accents and case, so that "Siauliai" finds "Šiauliai".
-- Everything is named with its schema, which makes it immutable in truth: a search path cannot change the meaning, and
-- generated columns restore from a dump. Accents go first because lower() leaves them alone under the "C" collation.
CREATE OR REPLACE FUNCTION public.fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.lower(public.unaccent('public.unaccent'::regdictionary, value));
