"""Machines of the city and its partners: terminals, readers, gateways. They register once and then carry a key.

Owns `Device`, and the endpoints that only devices call. Imports `core`, `layers`, `identity` and `residents`.
"""
