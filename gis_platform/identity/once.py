"""Secrets that are shown or sent once, and of which a hash is kept: links, recovery codes, codes for the desk."""

import secrets

from django.utils.crypto import salted_hmac

# Without 0 O, 1 I L: people read these from paper. 31^10 is 49 bits, and a guess costs an attempt of the throttle.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
GROUP_LENGTH = 5
GROUPS = 2


def new_token() -> str:
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A code to write down, such as "7KQ2M-X9RTA"."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))


def hash_of(text: str, *, purpose: str) -> str:
    return salted_hmac(f"identity.once.{purpose}", text, algorithm="sha256").hexdigest()


def hash_of_code(text: str, *, purpose: str) -> str:
    """The same for every way to type the code.

    >>> hash_of_code(" 7kq2m x9rta", purpose="p") == hash_of_code("7KQ2M-X9RTA", purpose="p")
    True
    """
    return hash_of("".join(text.split()).replace("-", "").upper(), purpose=purpose)
