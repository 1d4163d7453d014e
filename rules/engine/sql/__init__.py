"""A set of programmes as SQL over stored facts: the same cents as deciding.decide, for a million receipts at once.

The statements work on temporary tables (tables.py) in the session that runs them. What a receipt may still have of a
cap, or has on a counter, follows from the receipts before it; replay.py repeats the statements for the receipts whose
limits have changed until none has. Time runs one way, so that there is one such state only.

Values are quoted by psycopg; nothing that people wrote becomes SQL.
"""
