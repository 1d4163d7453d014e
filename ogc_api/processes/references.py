"""Inputs by reference. The server asks nobody that its operator has not named: a link is otherwise a way into the
city's own network."""

import urllib.request
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from ogc_api.processes import strict_json
from ogc_api.processes.errors import InvalidExecution

LINK = {"href", "rel", "type", "hreflang", "title", "format"}  # 18-062r2, link; some add the format
BYTES_MAX = 1024 * 1024
TIMEOUT_S = 5


class _StaysThere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: it could lead to a host that was not named."""

    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _StaysThere)


def fetched(link: dict[str, Any]) -> Any:
    """What a link leads to: JSON as its value, anything else as text. Raises InvalidExecution.

    Only `https` and only the hosts of settings.PROCESS_INPUT_HOSTS, none by default.
    """
    href = link["href"]
    host = _host(href)
    if host not in settings.PROCESS_INPUT_HOSTS:
        raise InvalidExecution(
            _("Inputs are not fetched from “{host}”; send the value itself.").format(host=host[:100])
        )
    try:
        with _opener.open(href, timeout=TIMEOUT_S) as answer:
            body = answer.read(BYTES_MAX + 1)
            media_type = answer.headers.get_content_type()
    except (OSError, HTTPException, ValueError) as error:
        raise InvalidExecution(_("The input could not be fetched from “{host}”.").format(host=host)) from error
    if len(body) > BYTES_MAX:
        raise InvalidExecution(_("The input from “{host}” is larger than allowed.").format(host=host))
    try:
        return strict_json.loads(body) if media_type.endswith("json") else body.decode()
    except ValueError as error:
        raise InvalidExecution(_("The input from “{host}” cannot be read.").format(host=host)) from error


def _host(href: Any) -> str:
    try:
        parts = urlsplit(href) if isinstance(href, str) else None
        return parts.netloc.lower() if parts and parts.scheme == "https" else ""
    except ValueError:
        return ""
