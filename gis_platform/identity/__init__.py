"""Accounts of staff and residents, the roles they hold, their departments, and how somebody proves to be the one.

Owns `User`, `Department`, `ApiKey`, the roles (Django groups), passkeys and the other second factors, sign-in links,
open sessions and what OpenID Connect providers say. The pages are in maps/account. Imports `core`.
"""
