"""Vouchers as text that a till checks without a network: JWS compact (RFC 7515) signed with Ed25519 (RFC 8037).

A till needs the public key alone, so that a stolen till cannot make vouchers. The private keys, one for each year, are
derived from the platform's secret and kept nowhere. A token says what it is worth and until when, never whose it is.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypedDict
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils.crypto import salted_hmac

from gis_platform.core import clock
from rules.engine.forms.effects import VALID_DAYS_MAX

ALGORITHM, TYPE = "EdDSA", "city-voucher"
LENGTH_MAX = 1_000  # characters: what still fits a QR code that a till's reader takes at arm's length
KEY_YEARS = VALID_DAYS_MAX // 365 + 2  # every year's key of which a voucher may still be valid


class PublicKey(TypedDict):
    """A JSON Web Key (RFC 8037, section 2)."""

    kty: str
    crv: str
    kid: str
    x: str
    use: str
    alg: str


class TokenForged(Exception):
    """No text that this city has signed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claims:
    """`bound_to` is the only terminal that may take the voucher, "" for any; no `categories` means any goods."""

    id: UUID
    cents: int
    issued_at: datetime
    expires_at: datetime
    categories: tuple[str, ...] = ()
    bound_to: str = ""


def sign(claims: Claims) -> str:
    """The same claims always give the same text, so that it need not be stored."""
    key_id = str(clock.local(claims.issued_at).year)
    header = _packed({"alg": ALGORITHM, "kid": key_id, "typ": TYPE})
    signed = f"{header}.{_packed(_written(claims))}"
    return f"{signed}.{_text(_key(key_id, settings.SECRET_KEY).sign(signed.encode()))}"


def read(token: str) -> Claims:
    """The claims of a token of this city, whatever its age. Raises TokenForged."""
    try:
        if len(token) > LENGTH_MAX or not token.isascii():
            raise TokenForged
        header, body, signature = token.split(".")
        head = json.loads(_bytes(header))
        if head != {"alg": ALGORITHM, "kid": head["kid"], "typ": TYPE} or head["kid"] not in key_ids():
            raise TokenForged
        key = _key(head["kid"], settings.SECRET_KEY).public_key()
        key.verify(_bytes(signature), f"{header}.{body}".encode())
        return _claims(json.loads(_bytes(body)))
    except (ValueError, TypeError, KeyError, RecursionError, InvalidSignature, binascii.Error) as error:
        raise TokenForged from error


def key_ids() -> list[str]:
    this_year = clock.today().year
    return [str(this_year - back) for back in range(KEY_YEARS)]


def public_keys() -> list[PublicKey]:
    """What a till needs, to be fetched while it has a network."""
    return [
        PublicKey(
            kty="OKP",
            crv="Ed25519",
            kid=key_id,
            x=_text(_key(key_id, settings.SECRET_KEY).public_key().public_bytes_raw()),
            use="sig",
            alg=ALGORITHM,
        )
        for key_id in key_ids()
    ]


@cache
def _key(key_id: str, secret: str) -> Ed25519PrivateKey:
    seed = salted_hmac("benefits.vouchers", key_id, secret=secret, algorithm="sha256").digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def _written(claims: Claims) -> dict[str, Any]:
    """Registered names (RFC 7519) where there is one."""
    written = {
        "iss": settings.CITY.id,
        "jti": str(claims.id),
        "iat": int(claims.issued_at.timestamp()),
        "exp": int(claims.expires_at.timestamp()),
        "cents": claims.cents,
    }
    if claims.categories:
        written["categories"] = list(claims.categories)
    if claims.bound_to:
        written["aud"] = claims.bound_to
    return written


def _claims(written: dict[str, Any]) -> Claims:
    if written["iss"] != settings.CITY.id:
        raise TokenForged
    return Claims(
        id=UUID(written["jti"]),
        cents=written["cents"],
        issued_at=datetime.fromtimestamp(written["iat"], UTC),
        expires_at=datetime.fromtimestamp(written["exp"], UTC),
        categories=tuple(written.get("categories", ())),
        bound_to=written.get("aud", ""),
    )


def _packed(value: dict[str, Any]) -> str:
    return _text(json.dumps(value, separators=(",", ":"), sort_keys=True).encode())


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    padded = text + "=" * (-len(text) % 4)
    value = base64.b64decode(padded, altchars=b"-_", validate=True)
    if _text(value) != text:  # a second spelling of the same bytes would be a second token
        raise ValueError(text)
    return value
