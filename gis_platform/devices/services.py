"""A device's life: a one-time code, a key, another key, the end."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils.translation import gettext_lazy as _

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.core.errors import InvalidInput
from gis_platform.devices.errors import RegistrationRefused
from gis_platform.devices.models import Device
from gis_platform.devices.signatures import signing_secret
from gis_platform.identity.keys import hash_of, new_key

CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no letter that reads like a digit
CODE_GROUPS, CODE_GROUP_LENGTH = 4, 4  # 80 random bits: guessing needs no limit of its own
CODE_LIFETIME = timedelta(days=7)
OVERLAP = timedelta(hours=24)  # the former key is still good for so long, for a device that lost the answer


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Told once. `signing_secret` is for a device that signs without a key pair, in hexadecimal digits."""

    key: str
    signing_secret: str
    former_key_until: datetime | None = None


def add(device: Device, *, actor: str) -> tuple[Device, str]:
    """Keeps a new device, and gives the one-time code with which the machine fetches its key."""
    with acting(actor, "device added"):
        device.save(force_insert=True)
        audit.record("devices.added", f"device:{device.pk}", role=device.role)
        return device, open_registration(device, actor=actor)


def open_registration(device: Device, *, actor: str) -> str:
    """A one-time code with which the machine fetches its key; an earlier code and the present keys end."""
    groups = ("".join(secrets.choice(CODE_ALPHABET) for _i in range(CODE_GROUP_LENGTH)) for _g in range(CODE_GROUPS))
    code = "-".join(groups)
    with acting(actor, "device registration opened"):
        Device.objects.filter(pk=device.pk).update(
            **WITHOUT_KEYS,
            registration_hash=hash_of(code),
            registration_expires_at=clock.now() + CODE_LIFETIME,
            revoked_at=None,
        )
        audit.record("devices.registration-opened", f"device:{device.pk}")
    return code


def register(code: str, *, firmware: str = "", public_key: str = "") -> tuple[Device, Credentials]:
    """The device and its key, in exchange for the code. With a public key it signs with its own from then on.

    Raises RegistrationRefused, of two at once for one of them, and InvalidInput for what is no public key.
    """
    _require_public_key(public_key)
    key, code_hash = new_key("device"), hash_of(code.strip().upper())
    waiting = Device.objects.filter(registration_hash=code_hash, registration_expires_at__gt=clock.now())
    device = waiting.first()
    if device is None:
        raise RegistrationRefused
    with acting(device.actor, "device registered"):
        taken = waiting.filter(pk=device.pk).update(
            registration_hash="",
            registration_expires_at=None,
            key_prefix=key.prefix,
            key_hash=key.key_hash,
            public_key=public_key,
            unsigned_allowed=device.unsigned_allowed and not public_key,
            firmware=firmware,
            last_seen_at=clock.now(),
        )
        if taken != 1:
            raise RegistrationRefused
        audit.record("devices.registered", f"device:{device.pk}", firmware=firmware)
    device.refresh_from_db()
    return device, Credentials(key=key.text, signing_secret=signing_secret(key.key_hash).hex())


def change_key(device: Device, *, used: str) -> Credentials:
    """Another key for a device that proved itself with the key of the prefix `used`; that one is good for OVERLAP more.

    A device that never got the answer asks again with its former key: the key that it does not know ends at once.
    """
    key, until = new_key("device"), clock.now() + OVERLAP
    with acting(device.actor, "device key changed"):
        device = Device.objects.select_for_update(no_key=True).get(pk=device.pk)
        is_present = used == device.key_prefix
        Device.objects.filter(pk=device.pk).update(
            previous_key_prefix=used,
            previous_key_hash=device.key_hash if is_present else device.previous_key_hash,
            previous_key_ends_at=until if is_present else device.previous_key_ends_at,
            key_prefix=key.prefix,
            key_hash=key.key_hash,
            new_key_wanted_at=None,
        )
        audit.record("devices.key-changed", f"device:{device.pk}")
    ends = until if is_present else device.previous_key_ends_at
    return Credentials(key=key.text, signing_secret=signing_secret(key.key_hash).hex(), former_key_until=ends)


def want_new_key(device: Device, *, actor: str) -> None:
    """The answer to its next heartbeat tells the device to change its key."""
    with acting(actor, "device key change asked for"):
        Device.objects.filter(pk=device.pk, revoked_at=None).update(new_key_wanted_at=clock.now())
        audit.record("devices.key-change-wanted", f"device:{device.pk}")


def revoke(device: Device, *, actor: str, reason: str = "") -> bool:
    """Ends the keys and any open registration; False when that was done before."""
    with acting(actor, reason or "device revoked"):
        revoked = Device.objects.filter(pk=device.pk, revoked_at=None).update(
            **WITHOUT_KEYS, registration_hash="", registration_expires_at=None, revoked_at=clock.now()
        )
        if revoked:
            audit.record("devices.revoked", f"device:{device.pk}", reason=reason)
    return revoked == 1


WITHOUT_KEYS = {
    "key_prefix": "",
    "key_hash": "",
    "previous_key_prefix": "",
    "previous_key_hash": "",
    "previous_key_ends_at": None,
    "public_key": "",
    "new_key_wanted_at": None,
}


def _require_public_key(text: str) -> None:
    try:
        if text:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(text))
    except ValueError:
        raise InvalidInput(fields={"public_key": _("Send the 32 bytes of an Ed25519 key as hexadecimal")}) from None
