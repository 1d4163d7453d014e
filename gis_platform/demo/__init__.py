"""The demo city: our own facts about real places, and generated people, readings and visits. Never in production.

Owns nothing. May import everything, and nothing imports it.
"""
