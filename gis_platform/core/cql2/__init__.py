"""CQL2 (OGC 21-065r2), read once and asked of rows in memory or of tables: the one language of conditions.

`parsing` reads text or JSON into `expressions`; `checking` types it against an allow-list of `fields`; `sql` and
`closures` compile what was checked, with the same three-valued answers. No Django in here. Everything that cannot stand
is a FilterError that says what to change.
"""
