"""Visits of places, and what they earn."""

from rules.loyalty.models.check_ins import CELL_LENGTH, CheckIn, PlaceDay

__all__ = ["CELL_LENGTH", "CheckIn", "PlaceDay"]
