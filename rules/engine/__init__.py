"""The law as arithmetic: facts, conditions, effects, combination, caps, explanation.

Owns no table and imports no Django, so that one decision can be worked out, and read, anywhere. A programme's
definition goes in as JSON, is checked once and becomes closures; facts and a receipt go in as plain values; an outcome
with its explanation comes out. May import the standard library, pydantic and shapely.
"""
