"""A device's life: a one-time code, a key, heartbeats, the end."""

import secrets
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.core.errors import CityError
from gis_platform.devices.models import Device
from gis_platform.identity.keys import hash_of, new_key

CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no letter that reads like a digit
CODE_GROUPS, CODE_GROUP_LENGTH = 4, 4  # 80 random bits: guessing needs no limit of its own
CODE_LIFETIME = timedelta(days=7)
SEEN_EVERY = timedelta(seconds=60)  # a busy till does not rewrite its row with every receipt


class RegistrationRefused(CityError):
    code = "registration-refused"
    status = 403
    title = _("The registration code is wrong, used or too old; ask for a new one")


def open_registration(device: Device, *, actor: str) -> str:
    """A one-time code with which the machine fetches its key; an earlier code and the present key end."""
    groups = ("".join(secrets.choice(CODE_ALPHABET) for _i in range(CODE_GROUP_LENGTH)) for _g in range(CODE_GROUPS))
    code = "-".join(groups)
    with acting(actor, "device registration opened"):
        Device.objects.filter(pk=device.pk).update(
            registration_hash=hash_of(code),
            registration_expires_at=clock.now() + CODE_LIFETIME,
            key_prefix="",
            key_hash="",
            revoked_at=None,
        )
        audit.record("devices.registration-opened", f"device:{device.pk}")
    return code


def register(code: str, *, firmware: str = "") -> tuple[Device, str]:
    """The device and its key, in exchange for the code. Raises RegistrationRefused; of two at once one succeeds."""
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
            firmware=firmware,
            last_seen_at=clock.now(),
        )
        if taken != 1:
            raise RegistrationRefused
        audit.record("devices.registered", f"device:{device.pk}", firmware=firmware)
    device.refresh_from_db()
    return device, key.text


def revoke(device: Device, *, actor: str, reason: str = "") -> bool:
    """Ends the key and any open registration; False when that was done before."""
    with acting(actor, reason or "device revoked"):
        revoked = Device.objects.filter(pk=device.pk, revoked_at=None).update(
            revoked_at=clock.now(), key_prefix="", key_hash="", registration_hash="", registration_expires_at=None
        )
        if revoked:
            audit.record("devices.revoked", f"device:{device.pk}")
    return revoked == 1


def seen(device: Device) -> None:
    """Remembers that the device is alive, to the minute."""
    at = clock.now()
    if device.last_seen_at is not None and device.last_seen_at >= at - SEEN_EVERY:
        return
    stale = Q(last_seen_at=None) | Q(last_seen_at__lt=at - SEEN_EVERY)
    Device.objects.filter(stale, pk=device.pk).update(last_seen_at=at)


def beat(device: Device, *, firmware: str) -> None:
    """A heartbeat: alive now, with this firmware."""
    Device.objects.filter(pk=device.pk).update(last_seen_at=clock.now(), firmware=firmware or device.firmware)
