"""How a request proves that it comes from a device: `Authorization: Device <key>`."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.security.base import AuthBase

from gis_platform.core.errors import Forbidden
from gis_platform.devices import services
from gis_platform.devices.models import Device
from gis_platform.identity.errors import CredentialsRefused, NotSignedIn
from gis_platform.identity.keys import matches, prefix_of


class DeviceRoleMissing(Forbidden):
    code = "device-role-missing"
    title = _("This kind of device may not do this")


class DeviceKey(AuthBase):
    """Lets in a device whose key is good and, if roles are named, that has one of them.

    Raises NotSignedIn without a key, CredentialsRefused for a wrong or revoked one, DeviceRoleMissing.
    """

    openapi_type = "http"
    openapi_scheme = "Device"
    openapi_description = "The key that the device got for its registration code."

    def __init__(self, *roles: str) -> None:
        super().__init__()
        self.roles = roles

    def __call__(self, request: HttpRequest) -> Device:
        scheme, _separator, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "device":
            raise NotSignedIn
        device = authenticate_device(text.strip())
        if self.roles and device.role not in self.roles:
            raise DeviceRoleMissing(roles=list(self.roles))
        return device


device_key = DeviceKey()


def authenticate_device(key: str) -> Device:
    """The device that carries the key, which is thereby seen alive. Raises CredentialsRefused."""
    prefix = prefix_of(key, kind="device")
    device = Device.objects.filter(key_prefix=prefix, revoked_at=None).first() if prefix else None
    if device is None or not matches(key, device.key_hash):
        raise CredentialsRefused
    services.seen(device)
    return device


def calling_device(request: HttpRequest) -> Device:
    """The device that the guard let in."""
    device = getattr(request, "auth", None)
    if not isinstance(device, Device):
        raise NotSignedIn
    return device
