-- owner: rules.loyalty
SELECT place.id
FROM places_place AS place, (SELECT %(route)s::geometry AS line) AS route
WHERE place.status = 'published'
    AND st_dwithin(place.geometry::geography, route.line::geography, %(width_m)s::float8)
ORDER BY st_linelocatepoint(route.line, place.geometry), place.id
LIMIT 60
