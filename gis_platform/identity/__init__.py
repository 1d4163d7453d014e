"""Accounts of staff and residents, the roles they hold, their departments, and how a request says who it is from.

Owns `User`, `Department`, `ApiKey`, the roles (Django groups) and the sign-in pages. Imports `core`.
"""
