"""Where a webhook may go: to a machine of the open internet, and to the very one whose address was looked at."""

import socket
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from gis_platform.core.errors import InvalidInput

LENGTH_MAX = 1000
PORTS = {"https": 443, "http": 80}
NAT64 = IPv6Network("64:ff9b::/96")  # leads to any IPv4 address, private ones included


class AddressRefused(InvalidInput):
    code = "webhook-address-refused"


@dataclass(frozen=True, kw_only=True)
class Target:
    """`address` is what is connected to, `host` what the request and the certificate are for."""

    secure: bool
    host: str
    port: int
    address: str
    path: str


def require_address(url: str) -> None:
    """What can be said of a URL without asking anybody; raises AddressRefused."""
    _parts(url)


def target(url: str) -> Target:
    """Looks the host up. Raises AddressRefused when any of its addresses is not public, OSError when there is none."""
    parts = _parts(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not all(map(_is_allowed, addresses)):
        raise AddressRefused(_("The address leads to a private network."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(secure=parts.scheme == "https", host=host, port=port, address=addresses[0], path=path)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused(_("The address is not a URL.")) from None
    if len(url) > LENGTH_MAX or not url.isascii() or any(letter <= " " or letter == "\x7f" for letter in url):
        raise AddressRefused(_("The address is not a URL."))
    if parts.scheme != "https" and (settings.PRODUCTION or parts.scheme != "http"):
        raise AddressRefused(_("The address must begin with https://."))
    if not parts.hostname or parts.username is not None or parts.password is not None or port == 0:
        raise AddressRefused(_("The address needs a host, and no name or password."))
    if _literal(parts.hostname) and not _is_allowed(parts.hostname):
        raise AddressRefused(_("The address leads to a private network."))
    return parts


def _literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_allowed(text: str) -> bool:
    if settings.WEBHOOK_PRIVATE_ADDRESSES:
        return True
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):  # an IPv4 address in another dress is judged as what it is
        address = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, address))[1]
        if isinstance(address, IPv6Address) and address in NAT64:
            return False
    return address.is_global and not address.is_multicast
