"""What happens in the city, where and when.

Owns `Event`. Imports `layers.base` and `layers.catalog`.
"""
