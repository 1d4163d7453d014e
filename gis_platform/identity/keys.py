"""Keys that machines carry: a prefix to find them by, a secret of which only a hash is kept."""

import secrets
from dataclasses import dataclass

from django.utils.crypto import constant_time_compare, salted_hmac

PREFIX_LENGTH = 8
SECRET_BYTES = 24  # 192 random bits: a slow password hash would add nothing


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """`text` is shown once, `prefix` and `key_hash` are kept."""

    text: str
    prefix: str
    key_hash: str


def new_key(kind: str) -> NewKey:
    """A fresh key of a kind such as "api" or "device": `<kind>_<prefix>_<secret>`."""
    prefix, secret = secrets.token_hex(PREFIX_LENGTH // 2), secrets.token_urlsafe(SECRET_BYTES)
    text = f"{kind}_{prefix}_{secret}"
    return NewKey(text=text, prefix=prefix, key_hash=hash_of(text))


def prefix_of(text: str, *, kind: str) -> str | None:
    """The prefix of a key of that kind; None when the text is no such key."""
    parts = text.split("_", 2)
    if len(parts) != 3 or parts[0] != kind or len(parts[1]) != PREFIX_LENGTH:
        return None
    return parts[1]


def matches(text: str, key_hash: str) -> bool:
    return constant_time_compare(hash_of(text), key_hash)


def hash_of(text: str) -> str:
    return salted_hmac("identity.keys", text, algorithm="sha256").hexdigest()
