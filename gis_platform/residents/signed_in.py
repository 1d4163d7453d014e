"""The resident whose session a request brings: session, account and resident in one statement, for the short ways.

A session's account is written inside of it, signed, so the statement is told the account that the session was of when
it was last read here, and asked once more where that is wrong. Whether the session lives, and whose it is, is read each
time: who signs out, is shut out or has a new password is out at once.
"""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import DEFAULT_DB_ALIAS
from django.utils.crypto import constant_time_compare

from gis_platform.core import clock, prepared
from gis_platform.identity.models import User
from gis_platform.residents.models import Resident

SESSIONS_REMEMBERED = 10_000
# In the order of the models.
ACCOUNT = ("id", "password", "is_active")
RESIDENT = ("id", "handle", "user_id", "birth_date")

_accounts: dict[str, int] = {}


def resident_signed_in(session_key: str) -> Resident | None:
    """With its account. None whenever something is not plainly in order, and Django has to say what to do about it."""
    expected = _accounts.get(session_key, 0)
    found = _read(session_key, expected)
    if found is not None and (account := _account_of(found[0])) not in (0, expected):
        if len(_accounts) >= SESSIONS_REMEMBERED:
            _accounts.clear()
        _accounts[session_key] = account
        found = _read(session_key, account)
    return None if found is None else _resident(*found)


def _read(session_key: str, account: int) -> tuple[dict[str, Any], tuple[Any, ...]] | None:
    row = prepared.row("resident_signed_in", {"session": session_key, "account": account, "now": clock.now()})
    return None if row is None else (_opened(row[0]), row[1:])


def _resident(session: dict[str, Any], row: tuple[Any, ...]) -> Resident | None:
    account, resident = row[: len(ACCOUNT)], row[len(ACCOUNT) :]
    if account[0] is None or resident[0] is None or account[0] != _account_of(session):
        return None
    user = User.from_db(DEFAULT_DB_ALIAS, ACCOUNT, account)
    known = session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
    if not (known and user.is_active and _is_of_this_password(session, user)):
        return None
    found = Resident.from_db(DEFAULT_DB_ALIAS, RESIDENT, resident)
    found.user = user
    return found


def _account_of(session: dict[str, Any]) -> int:
    number = session.get(SESSION_KEY, "")
    return int(number) if number.isdecimal() else 0


def _is_of_this_password(session: dict[str, Any], user: User) -> bool:
    return constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())


@lru_cache(maxsize=SESSIONS_REMEMBERED)
def _opened(data: str) -> dict[str, Any]:
    """What a session says; nothing where its signature is wrong. Not to be changed."""
    return SessionStore().decode(data)
