-- owner: gis_platform.residents
-- What holds of one resident on one local day: groups, district, household with its members and those under age.
SELECT
    ARRAY(
        SELECT grouping.code
        FROM residents_membership AS membership
        JOIN residents_group AS grouping ON grouping.id = membership.group_id
        WHERE membership.resident_id = %(resident)s AND membership.period @> %(day)s::date
        ORDER BY grouping.code
    ),
    coalesce(
        (
            SELECT residence.district
            FROM residents_residence AS residence
            WHERE residence.resident_id = %(resident)s AND residence.period @> %(day)s::date
        ),
        ''
    ),
    home.handle,
    coalesce(home.size, 1),
    coalesce(home.children, 0)
FROM (SELECT) AS nobody
LEFT JOIN LATERAL (
    SELECT
        household.handle,
        count(*) AS size,
        count(*) FILTER (
            WHERE person.birth_date > (%(day)s::date - make_interval(years => %(adult_from)s))::date
        ) AS children
    FROM residents_householdmember AS own
    JOIN residents_household AS household ON household.id = own.household_id
    JOIN residents_householdmember AS member
        ON member.household_id = own.household_id AND member.period @> %(day)s::date
    JOIN residents_resident AS person ON person.id = member.resident_id
    WHERE own.resident_id = %(resident)s AND own.period @> %(day)s::date
    GROUP BY household.handle
) AS home ON true
