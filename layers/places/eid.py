"""Eddystone-EID: identifiers that a beacon changes by a key only it and we know (github.com/google/eddystone,
eddystone-eid/eid-computation.md). Nobody else can tell which place is meant, or copy a beacon for longer than a turn.
"""

import struct

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

KEY_BYTES, EID_BYTES = 16, 8
EXPONENT_MAX = 15  # an identifier lasts 2^exponent seconds: nine hours at most
SALT = 0xFF


def eid(key: bytes, *, time_s: int, exponent: int) -> bytes:
    """The eight bytes that the beacon sends while its own clock shows `time_s` seconds.

    A temporary key is made of the upper half of the clock, and the identifier with it of all but the last bits.

    >>> eid(bytes(16), time_s=0, exponent=0) == eid(bytes(16), time_s=1, exponent=1)
    False
    """
    if len(key) != KEY_BYTES or not 0 <= exponent <= EXPONENT_MAX or not 0 <= time_s < 2**32:
        raise ValueError("the key has 16 bytes, the exponent is 0 to 15, and the clock counts 32 bits")
    temporary = _encrypted(key, bytes(11) + bytes([SALT]) + bytes(2) + struct.pack(">H", time_s >> 16))
    turned = (time_s >> exponent) << exponent
    return _encrypted(temporary, bytes(11) + bytes([exponent]) + struct.pack(">I", turned))[:EID_BYTES]


def _encrypted(key: bytes, block: bytes) -> bytes:
    # One block at a time is what the protocol says; ECB of a single block hides nothing less than any other mode.
    encryptor = Cipher(AES(key), ECB()).encryptor()  # noqa: S305
    return encryptor.update(block) + encryptor.finalize()
