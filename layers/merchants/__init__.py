"""Who takes part in the city's card: shops, canteens, carriers, ticket offices, and the groups they are in.

Owns `Merchant`, `MerchantGroup` and `MerchantMembership`. Imports `core`, `layers.base` and `layers.catalog`.
"""
