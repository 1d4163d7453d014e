"""The privacy desk: what the platform holds of a resident, given out, forgotten on request, and not kept for ever.

`rules` is where every room says what becomes of its records (in its privacy_rules.py); `exporting`, `erasing` and
`retention` follow what is said there. It imports the residents' models, `identity` and `core`.
"""
