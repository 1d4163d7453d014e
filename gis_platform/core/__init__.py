"""The ground floor: what every room stands on and what knows no room.

Owns clock, money, metric grid, errors, actor, outbox, idempotency, audit log, paging, SQL files, health, metrics and
logs, and the tables `core_*`. May import Django and the settings; never another room.
"""
