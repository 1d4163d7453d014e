-- owner: rules.loyalty
CREATE OR REPLACE TRIGGER loyalty_offer_reaches BEFORE INSERT OR UPDATE OF geometry, metres, reach ON loyalty_offer
FOR EACH ROW EXECUTE FUNCTION public.loyalty_offer_reach();
