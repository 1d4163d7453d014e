"""What visitors come for: sights, museums, nature, beds and tables, kept by the tourism centre in three languages.

Owns `TourismObject`. Imports `layers.base` and `layers.catalog`.
"""
