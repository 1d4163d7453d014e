-- owner: gis_platform.residents
SELECT groups, district, household, household_size, household_children, escorts
FROM resident_standing(%s::bigint, %s::date, %s::int)
