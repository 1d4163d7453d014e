"""Check-ins at places, the points they earn, and where in the city they happen.

Owns `CheckIn` and `PlaceDay`. Exact positions of people are never stored: only the H3 cell stays. Points are booked by
`rules.ledger`, benefits granted by `rules.benefits`. May import core, the land, identity, residents, devices, the
ledger and benefits.
"""
