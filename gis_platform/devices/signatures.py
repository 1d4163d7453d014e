"""Signed requests of devices: HTTP Message Signatures (RFC 9421) with Ed25519 or HMAC-SHA256, each taken once.

The key's name is the prefix of the device's key. Method, path, query and body (by Content-Digest, RFC 9530) have to be
covered, and so has the Idempotency-Key where there is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import DEFAULT_DB_ALIAS
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver, InvalidSignature, algorithms

from gis_platform.core import clock, prepared
from gis_platform.core.errors import CityError
from gis_platform.devices.errors import SignatureClockOff, SignatureRefused, SignatureReplayed
from gis_platform.devices.models import Device, Nonce
from gis_platform.identity.errors import CredentialsRefused

CLOCK_SKEW = timedelta(seconds=60)  # either way, network included
KEPT_FOR = 3 * CLOCK_SKEW  # a mark outlives every signature that could bring it again
NONCE_LENGTH = range(8, 65)
PRUNED_MAX = 10_000  # rows a run
# What device_of_key reads, for all that a call of a device asks; the rest is read when somebody wants it.
READ = (
    "id", "code", "role", "place_id", "merchant_id", "key_prefix", "key_hash", "previous_key_hash", "public_key",
    "unsigned_allowed", "firmware", "last_seen_at",
)  # fmt: skip
AUTHORITY = "device"  # of the address that the library wants; neither it nor the scheme is what we ask to be signed


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """The request as the library reads it."""

    method: str
    url: str
    headers: dict[str, str]


class Verifier(HTTPMessageVerifier):
    """By the one clock, with a refusal that tells the device the time."""

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        created, now = sig_input.params.get("created"), clock.now()
        if not isinstance(created, int):
            raise InvalidSignature("no time of creation")
        if abs(created - now.timestamp()) > CLOCK_SKEW.total_seconds():
            raise SignatureClockOff(now=now)


class Keys(HTTPSignatureKeyResolver):
    """Finds the device whose key is named, and remembers it."""

    def __init__(self, device: Device) -> None:
        self.device = device

    def resolve_private_key(self, key_id: str) -> Any:
        raise NotImplementedError

    def resolve_public_key(self, key_id: str) -> Any:
        if self.device.public_key:
            return Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.device.public_key))
        return signing_secret(
            self.device.key_hash if key_id == self.device.key_prefix else self.device.previous_key_hash
        )


def signing_secret(key_hash: str) -> bytes:
    """What a device without a key pair signs with; it gets it with its key, and both end together."""
    return salted_hmac("devices.signing", key_hash, algorithm="sha256").digest()


def is_signed(request: HttpRequest) -> bool:
    return "Signature-Input" in request.headers


def verified(request: HttpRequest) -> Device:
    """The device that signed the request, once.

    Raises SignatureRefused, SignatureClockOff, SignatureReplayed or CredentialsRefused.
    """
    prefix = key_id(request)
    device = with_key_prefix(prefix, clock.now())
    if device is None:
        raise CredentialsRefused
    kind = algorithms.ED25519 if device.public_key else algorithms.HMAC_SHA256
    verifier = Verifier(signature_algorithm=kind, key_resolver=Keys(device))
    query = request.META.get("QUERY_STRING", "")
    message = Message(
        method=request.method or "",
        url=f"https://{AUTHORITY}{request.get_full_path()}",
        headers=dict(request.headers.items()),
    )
    covered = ["@method", "@path"]
    covered += ["@query"] if query else []
    covered += ["idempotency-key"] if "Idempotency-Key" in request.headers else []
    try:
        found = verifier.verify(message, require_components=covered, body=request.body)[0]
    except CityError:
        raise
    except Exception as error:  # the library's parsers raise more than its own family
        raise SignatureRefused from error
    _take(device, str(found.nonce or ""))
    return device


def with_key_prefix(prefix: str, at: datetime) -> Device | None:
    """The device that carries the key, the present one or the one before while that is accepted."""
    if not prefix:
        return None
    row = prepared.row("device_of_key", {"prefix": prefix, "at": at})
    return None if row is None else as_read(row)


def as_read(row: Sequence[Any]) -> Device:
    return Device.from_db(DEFAULT_DB_ALIAS, READ, row)


def prune() -> int:
    old = Nonce.objects.filter(seen_at__lt=clock.now() - KEPT_FOR)
    return Nonce.objects.filter(pk__in=old.values("pk")[:PRUNED_MAX]).delete()[0]


def key_id(request: HttpRequest) -> str:
    """What the signature says of its key, before it is believed."""
    try:
        fields = Verifier._parse_signature_dictionary(request.headers["Signature-Input"])
        (entry,) = fields.values()
        return str(entry.params["keyid"])
    except Exception as error:
        raise SignatureRefused from error


def _take(device: Device, nonce: str) -> None:
    if len(nonce) not in NONCE_LENGTH:
        raise SignatureRefused
    values = {"device": device.pk, "nonce": nonce, "seen_at": clock.now()}
    if prepared.row("nonce_taken", values) is None:
        raise SignatureReplayed
