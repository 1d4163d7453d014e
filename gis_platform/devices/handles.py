"""By what a device's owner knows a person: the same at each of its machines, another at everybody else's."""

from uuid import UUID

from django.utils.crypto import salted_hmac

from gis_platform.devices.models import Device


def handle_for(device: Device, resident_handle: UUID) -> str:
    """A pairwise pseudonym, as OpenID Connect's pairwise subjects: two owners who compare notes find nobody."""
    digest = salted_hmac("devices.handle", f"{device.owner}\0{resident_handle}", algorithm="sha256").digest()
    return str(UUID(bytes=digest[:16], version=5))
