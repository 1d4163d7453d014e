"""Tells other systems what changed in a layer: signed HTTP requests to addresses that staff have entered.

Owns `Subscription` and `Delivery`. Imports `core`, `layers` and `identity`.
"""
