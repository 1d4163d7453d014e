"""Offers that a place triggers. A position is compared by PostGIS and forgotten: no table, log or message holds it.

`matching` says what reaches a position, `giving` what somebody gets of it. Imports what `rules.loyalty` may.
"""
