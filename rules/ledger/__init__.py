"""The ledger: every cent and every point in double entry, kept balanced by PostgreSQL itself.

Owns accounts, entries and legs (and later settlement and reconciliation). Knows nothing of programmes: a posting names
accounts, a reference and amounts. May import core.
"""
