"""Benefits: programmes in versions, budgets, caps, decisions.

Owns what the city promises and what was decided; the arithmetic is `rules.engine`'s, the bookings are
`rules.ledger`'s. A decision is one transaction: idempotency key, facts, engine, budget and caps, entry, outbox row.
May import core, the land, identity, residents, devices, the engine and the ledger.
"""
