"""Who takes part in the city's card: shops, canteens, carriers, ticket offices.

Owns `Merchant`. Imports `layers.base` and `layers.catalog`.
"""
