"""How a request proves that it comes from a device: by a signature, or by `Authorization: Device <key>`."""

from django.http import HttpRequest
from ninja.security.base import AuthBase

from gis_platform.core import clock
from gis_platform.devices import heartbeats, signatures
from gis_platform.devices.errors import DeviceRoleMissing, SignatureRequired
from gis_platform.devices.models import Device
from gis_platform.identity.errors import CredentialsRefused, NotSignedIn
from gis_platform.identity.keys import matches, prefix_of

FACING_PEOPLE = (
    Device.Role.TILL,
    Device.Role.VALIDATOR,
    Device.Role.LIBRARY,
    Device.Role.SCHOOL,
    Device.Role.CLINIC,
)


class DeviceKey(AuthBase):
    """Lets in a device whose signature or key is good and, if roles are named, that has one of them.

    Raises NotSignedIn without either, CredentialsRefused for a wrong or revoked key, SignatureRequired for a key alone
    where the device has to sign, the refusals of `signatures.verified`, and DeviceRoleMissing.
    """

    openapi_type = "http"
    openapi_scheme = "Device"
    openapi_description = (
        "The key that the device got for its registration code, or an HTTP message signature (RFC 9421) by it."
    )

    def __init__(self, *roles: str) -> None:
        super().__init__()
        self.roles = roles

    def __call__(self, request: HttpRequest) -> Device:
        return self.admitted(signatures.verified(request) if signatures.is_signed(request) else _by_key(request))

    def admitted(self, device: Device) -> Device:
        """The device that has proved itself, if it may call here."""
        heartbeats.seen(device)
        if self.roles and device.role not in self.roles:
            raise DeviceRoleMissing(roles=list(self.roles))
        return device


device_key = DeviceKey()


def authenticate_device(key: str) -> Device:
    """The device that carries the key, and may call without a signature. Raises CredentialsRefused."""
    prefix = prefix_of(key, kind="device") or ""
    return proven(key, signatures.with_key_prefix(prefix, clock.now()))


def proven(key: str, device: Device | None) -> Device:
    """As `authenticate_device`, once the device has been found that the key names."""
    prefix = prefix_of(key, kind="device") or ""
    if device is None:
        raise CredentialsRefused
    key_hash = device.key_hash if prefix == device.key_prefix else device.previous_key_hash
    if not matches(key, key_hash):
        raise CredentialsRefused
    if not device.unsigned_allowed:
        raise SignatureRequired
    return device


def calling_device(request: HttpRequest) -> Device:
    """The device that the guard let in."""
    device = getattr(request, "auth", None)
    if not isinstance(device, Device):
        raise NotSignedIn
    return device


def key_used(request: HttpRequest) -> str:
    """The prefix of the key by which the device proved itself."""
    if signatures.is_signed(request):
        return signatures.key_id(request)
    return prefix_of(request.headers["Authorization"].partition(" ")[2].strip(), kind="device") or ""


def _by_key(request: HttpRequest) -> Device:
    scheme, _separator, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "device":
        raise NotSignedIn
    return authenticate_device(text.strip())
