"""The people of the city: profile, residence, household, dated groups, and the means by which they are recognised.

Owns `Resident`, `Residence`, `Household`, `Group`, `Membership` and `Means`. Imports `core`, `layers` and `identity`.
"""
