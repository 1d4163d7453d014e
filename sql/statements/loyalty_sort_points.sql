-- owner: rules.loyalty
SELECT loyalty_sort_points(%s::bigint, %s::int)
