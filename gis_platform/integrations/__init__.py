"""Connectors to other systems: one folder each, all alike; base.py is what they have in common.

A connector owns its protocol and nothing else: what it brings goes through the services of the room that keeps it. May
import `core`, `layers`, `identity`, `residents`, `devices` and `rules`; connectors do not import each other.
"""
