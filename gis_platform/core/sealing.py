"""Personal data and secrets at rest: AES-256-GCM, bound to the purpose that they were sealed for.

The first key of the setting SEALING_KEYS seals and all of them open, so a key is changed in three steps: put the new
one in front, run `manage.py rotate_sealing_keys`, take the old one away.
"""

import hashlib
import secrets
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression

if TYPE_CHECKING:  # Django's own class takes no type arguments at run time
    TextField = models.Field[str | None, str | None]
else:
    TextField = models.Field

FORM = b"\x01"  # of what is sealed: this byte, four that name the key, the nonce, the text with its tag
KEY_NAME_BYTES, NONCE_BYTES, KEY_BYTES = 4, 12, 32
HEAD = len(FORM) + KEY_NAME_BYTES


class SealBroken(Exception):
    """It was sealed for another purpose or with a key that is gone, or it was changed since."""


def seal(plain: bytes | str, *, purpose: str) -> bytes:
    """The same text sealed twice looks different each time, so what is sealed cannot be searched."""
    name, cipher = _key(settings.SEALING_KEYS[0])
    nonce = secrets.token_bytes(NONCE_BYTES)
    data = plain.encode() if isinstance(plain, str) else plain
    return FORM + name + nonce + cipher.encrypt(nonce, data, _bound(name, purpose))


def unseal(sealed: bytes, *, purpose: str) -> bytes:
    """Raises SealBroken."""
    head, nonce, body = sealed[:HEAD], sealed[HEAD : HEAD + NONCE_BYTES], sealed[HEAD + NONCE_BYTES :]
    cipher = dict(map(_key, settings.SEALING_KEYS)).get(head[len(FORM) :])
    if cipher is None or head[: len(FORM)] != FORM:
        raise SealBroken("no key that opens it")
    try:
        return cipher.decrypt(nonce, body, _bound(head[len(FORM) :], purpose))
    except (InvalidTag, ValueError):
        raise SealBroken("sealed for another purpose, or changed") from None


def is_current(sealed: bytes) -> bool:
    """Whether the first key sealed it."""
    return sealed[len(FORM) : HEAD] == _key(settings.SEALING_KEYS[0])[0]


def _bound(name: bytes, purpose: str) -> bytes:
    return FORM + name + purpose.encode()


@lru_cache(maxsize=16)
def _key(secret: str) -> tuple[bytes, AESGCM]:
    """Its name, which tells nothing of it, and the cipher."""
    key = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=b"city sealing").derive(secret.encode())
    return hashlib.sha256(b"name of " + key).digest()[:KEY_NAME_BYTES], AESGCM(key)


class SealedTextField(TextField):
    """A text that the database never sees: a bytea column, opened where it is read. It has no lookups but `isnull`."""

    def __init__(self, *args: Any, purpose: str = "", **kwargs: Any) -> None:
        self.purpose = purpose
        super().__init__(*args, **kwargs | {"editable": False})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, args, kwargs | {"purpose": self.purpose}

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_prep_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, bytes) else seal(str(value), purpose=self.purpose)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = value if prepared else self.get_prep_value(value)
        return None if value is None else connection.Database.Binary(value)

    def from_db_value(self, value: Any, _expression: Expression, _connection: BaseDatabaseWrapper) -> Any:
        return None if value is None else unseal(bytes(value), purpose=self.purpose).decode()

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is sealed: it can be asked for isnull alone")
        return super().get_lookup(lookup_name)
