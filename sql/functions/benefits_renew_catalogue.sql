-- owner: rules.benefits
-- A new token in the transaction of the change: nobody sees the one without the other.
CREATE OR REPLACE FUNCTION public.benefits_renew_catalogue() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO benefits_catalogue (id, token) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET token = excluded.token;
    RETURN NULL;
END $$;
