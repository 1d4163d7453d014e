"""The ledger: every cent and every point in double entry, kept balanced by PostgreSQL itself.

Owns accounts, entries and legs, and what is made from them: closed periods and statements, settlement runs with
payments and claims, and the bank's statements. Knows nothing of programmes and decisions: a posting names accounts, a
reference, an opaque code and amounts. May import core, identity and layers.merchants (to whom a merchant's money goes).
"""
