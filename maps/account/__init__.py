"""Pages on which people sign in, register and keep what they sign in with; and the desk where a clerk registers them.

May import `residents` and `identity`.
"""
