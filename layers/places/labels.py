"""The signed token of a label: which beacon, and of which print. Anybody can copy one, nobody can make one up."""

import base64
import binascii
import struct
from dataclasses import dataclass

from django.utils.crypto import constant_time_compare, salted_hmac

SIGNATURE_BYTES = 9  # 72 bits: short enough for a small QR code, and a forger has no way to try offline
CONTENT = struct.Struct(">QH")  # beacon id, generation


@dataclass(frozen=True, kw_only=True)
class Label:
    beacon_id: int
    generation: int


def token_of(label: Label) -> str:
    """The token, in letters, digits, "-" and "_"."""
    content = CONTENT.pack(label.beacon_id, label.generation).lstrip(b"\0")
    return base64.urlsafe_b64encode(_signature(content) + content).decode().rstrip("=")


def read_token(token: str) -> Label | None:
    """What the token says; None when it was not made here."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (ValueError, binascii.Error):
        return None
    signature, content = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    if not content or len(content) > CONTENT.size or not constant_time_compare(signature, _signature(content)):
        return None
    beacon_id, generation = CONTENT.unpack(content.rjust(CONTENT.size, b"\0"))
    return Label(beacon_id=beacon_id, generation=generation)


def _signature(content: bytes) -> bytes:
    return salted_hmac("places.label", content, algorithm="sha256").digest()[:SIGNATURE_BYTES]
