"""The language of $filter and $orderby (18-088, 9.3; OData 4.0 URL conventions): text, tokens, a tree, SQL.

The tree is not that of `core.cql2`: OData compares durations, times of day, null and untyped JSON, walks through
navigation links and knows functions that CQL2 has not. Geometries are read and placed by the same rules.
"""
