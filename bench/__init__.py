"""Measurements beside the peers, on one machine and in one run: `make bench` says how, docs/measurements.md keeps them.

The figure is a ratio. Candidates take turns on the same database and the same requests; the median of their rounds
counts, and a round begins when the round before has left the database idle.
"""
