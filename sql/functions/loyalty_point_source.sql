-- owner: rules.loyalty
-- What an entry is about: returns of parts are numbered behind it, as in "decision:<id>:2".
CREATE OR REPLACE FUNCTION public.loyalty_point_source(reference text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT split_part(reference, ':', 1) || ':' || split_part(reference, ':', 2)
$$;
