-- owner: gis_platform.residents
-- What holds of one resident on one local day: groups, district, household with its members and those under age, and
-- the groups of those whom the resident accompanies.
DROP FUNCTION IF EXISTS public.resident_standing(bigint, date, int); -- no replacing with another list of columns
CREATE OR REPLACE FUNCTION public.resident_standing(wanted bigint, at_day date, adult_from int)
RETURNS TABLE (
    groups text[], district text, household uuid, household_size bigint, household_children bigint, escorts text[]
)
LANGUAGE sql STABLE
AS $$
    SELECT
        ARRAY(
            SELECT grouping.code::text
            FROM residents_membership AS membership
            JOIN residents_group AS grouping ON grouping.id = membership.group_id
            WHERE membership.resident_id = wanted AND membership.period @> at_day
            ORDER BY grouping.code
        ),
        coalesce(
            (
                SELECT residence.district
                FROM residents_residence AS residence
                WHERE residence.resident_id = wanted AND residence.period @> at_day
            ),
            ''
        ),
        home.handle,
        coalesce(home.size, 1),
        coalesce(home.children, 0),
        ARRAY(
            SELECT DISTINCT grouping.code::text
            FROM residents_mandate AS mandate
            JOIN residents_membership AS membership
                ON membership.resident_id = mandate.ward_id AND membership.period @> at_day
            JOIN residents_group AS grouping ON grouping.id = membership.group_id
            WHERE mandate.holder_id = wanted AND mandate.kind = 'escort' AND mandate.agreed_at IS NOT NULL
                AND mandate.ended_at IS NULL AND mandate.period @> at_day
            ORDER BY 1
        )
    FROM (SELECT) AS nobody
    LEFT JOIN LATERAL (
        SELECT
            household.handle,
            count(*) AS size,
            count(*) FILTER (
                WHERE person.birth_date > (at_day - make_interval(years => adult_from))::date
            ) AS children
        FROM residents_householdmember AS own
        JOIN residents_household AS household ON household.id = own.household_id
        JOIN residents_householdmember AS member
            ON member.household_id = own.household_id AND member.period @> at_day
        JOIN residents_resident AS person ON person.id = member.resident_id
        WHERE own.resident_id = wanted AND own.period @> at_day
        GROUP BY household.handle
    ) AS home ON true
$$;
