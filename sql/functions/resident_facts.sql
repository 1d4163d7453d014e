-- owner: gis_platform.residents
-- What a group's rule may ask about, of every resident on a local day; gis_platform/residents/grouping/facts.py gathers
-- the same of one.
DROP FUNCTION IF EXISTS public.resident_facts(date, int); -- no replacing with another list of columns
CREATE FUNCTION public.resident_facts(at_day date, adult_from int)
RETURNS TABLE (
    resident_id bigint, age bigint, district text, zones text[], home geometry,
    household_size bigint, household_children bigint, languages text[]
)
LANGUAGE sql STABLE
AS $$
    SELECT
        resident.id,
        date_part('year', age(at_day, resident.birth_date))::bigint,
        nullif(residence.district, ''),
        ARRAY(
            SELECT boundary.kind || '/' || boundary.code
            FROM boundaries_boundary AS boundary
            WHERE boundary.status = 'published' AND boundary.code <> ''
                AND ST_Covers(boundary.geometry, residence.home)
            ORDER BY 1
        ),
        residence.home,
        coalesce(together.size, 1),
        coalesce(together.children, 0),
        resident.languages::text[]
    FROM residents_resident AS resident
    LEFT JOIN residents_residence AS residence
        ON residence.resident_id = resident.id AND residence.period @> at_day
    LEFT JOIN residents_householdmember AS own ON own.resident_id = resident.id AND own.period @> at_day
    LEFT JOIN (
        SELECT
            member.household_id,
            count(*) AS size,
            count(*) FILTER (WHERE date_part('year', age(at_day, person.birth_date)) < adult_from) AS children
        FROM residents_householdmember AS member
        JOIN residents_resident AS person ON person.id = member.resident_id
        WHERE member.period @> at_day
        GROUP BY member.household_id
    ) AS together ON together.household_id = own.household_id
$$;
