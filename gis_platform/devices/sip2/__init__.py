"""SIP2 for library desks: who is this cardholder, asked in the language that self-service desks speak.

The 3M Standard Interchange Protocol 2.00. `messages` reads and writes it, `session` answers one desk, `server` listens.
Loans stay with the library's own system: this server knows people, and says nothing of them but yes or no.
"""
