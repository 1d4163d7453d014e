"""Groups made by a rule: a CQL2 condition over profile and residence, asked of all residents in one statement.

`facts` says what a rule may ask about, `rules` reads and asks it, `members` brings a group in line with its rule. It
imports the residents' models and `core`.
"""
