-- owner: gis_platform.residents
-- Whose card or code it is, whether it may be used, and what holds of that resident on a local day.
SELECT
    means.blocked_at, means.expires_at, resident.id, resident.handle, resident.birth_date,
    standing.groups, standing.district, standing.household, standing.household_size, standing.household_children,
    standing.escorts
FROM residents_means AS means
JOIN residents_resident AS resident ON resident.id = means.resident_id
CROSS JOIN LATERAL resident_standing(resident.id, %(day)s::date, %(adult_from)s::int) AS standing
WHERE means.kind = %(kind)s AND means.token_hash = %(token_hash)s
