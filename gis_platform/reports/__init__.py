"""Problem reports: what residents send in, who handles it by when, and how it moves until it is done.

Owns `Category`, `Routing`, `Report`, `Submission`, `ReportEvent` and `Notice`. Imports `core`, `layers`, `identity` and
`residents`. What is published of a report holds no person and no words of one.
"""
