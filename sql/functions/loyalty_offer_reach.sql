-- owner: rules.loyalty
-- Where an offer counts: its geometry, widened by its metres on the ground, a circle to within 0.1 per cent.
CREATE OR REPLACE FUNCTION public.loyalty_offer_reach() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.reach := CASE
        WHEN NEW.metres = 0 THEN NEW.geometry
        ELSE ST_Buffer(NEW.geometry::geography, NEW.metres, 32)::geometry
    END;
    RETURN NEW;
END $$;
