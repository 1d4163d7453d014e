"""Accounts and what they may do, and by what a person proves to be the one."""

from gis_platform.identity.models.accounts import ApiKey, Department, RowRule, User, city_language
from gis_platform.identity.models.proofs import AuthenticatorApp, Passkey, RecoveryCode, SignInLink
from gis_platform.identity.models.sessions import OpenSession

__all__ = [
    "ApiKey",
    "AuthenticatorApp",
    "Department",
    "OpenSession",
    "Passkey",
    "RecoveryCode",
    "RowRule",
    "SignInLink",
    "User",
    "city_language",
]
