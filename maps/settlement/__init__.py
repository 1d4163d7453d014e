"""The settlement pages under /settlement/: periods, runs, statements, the bank's statements and the balances.

For clerks. They own nothing: reading is rules.ledger, every write one of its verbs; a decision is named by its code.
"""
