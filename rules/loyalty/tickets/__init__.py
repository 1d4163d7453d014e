"""Tickets of events: ordered by tariff, paid or free, shown at the door. Seats are taken in the database alone.

`booking` sells, `paying` moves the money, `doors` lets in, `offline` is for doors without a network. Imports what
`rules.loyalty` may.
"""
