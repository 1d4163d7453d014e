-- owner: rules.loyalty
-- Each position asks the index of reaches once, so the cost grows with the positions and hardly with the offers.
SELECT fix.number::int - 1, offer.id
FROM unnest(%(longitudes)s::float8[], %(latitudes)s::float8[], %(accuracies)s::float8[])
    WITH ORDINALITY AS fix (longitude, latitude, accuracy_m, number)
JOIN loyalty_offer AS offer
    ON ST_Covers(offer.reach, ST_SetSRID(ST_MakePoint(fix.longitude, fix.latitude), 4326))
WHERE offer.valid_from <= %(at)s::timestamptz AND offer.valid_to > %(at)s::timestamptz AND offer.paused_at IS NULL
    AND (offer.trigger = 'zone' OR fix.accuracy_m <= greatest(offer.metres, %(precise_m)s::float8))
ORDER BY fix.number, offer.id
