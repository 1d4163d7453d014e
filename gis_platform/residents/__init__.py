"""The people of the city: profile, groups with dated membership, and the means by which they are recognised.

Owns `Resident`, `Group`, `Membership` and `Means`. Imports `core`, `layers` and `identity`.
"""
