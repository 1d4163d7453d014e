"""What a provider says of itself (OpenID Connect Discovery 1.0), and its public keys; both remembered for a while."""

from dataclasses import asdict, dataclass
from typing import Any

import requests
from django.core.cache import cache
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException

from gis_platform.identity.errors import ProviderAway, ProviderRefused
from gis_platform.identity.providers import Provider

REMEMBERED_S = 3600
KEYS_ASKED_AT_MOST_EVERY_S = 10  # made-up tokens must not make us knock at the provider's door
TIMEOUT_S = 10
SIZE_MAX = 512 * 1024


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """`names_itself` says that each answer names its issuer (RFC 9207)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    names_itself: bool = False


def metadata_of(provider: Provider) -> Metadata:
    """Raises ProviderAway; ProviderRefused when the provider calls itself by another name."""
    key = f"openid:metadata:{provider.issuer}"
    known = cache.get(key)
    if known is not None:
        return Metadata(**known)
    document = _fetched(provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if document.get("issuer") != provider.issuer:
        raise ProviderRefused("metadata of another issuer")
    try:
        found = Metadata(
            issuer=provider.issuer,
            authorization_endpoint=str(document["authorization_endpoint"]),
            token_endpoint=str(document["token_endpoint"]),
            jwks_uri=str(document["jwks_uri"]),
            names_itself=document.get("authorization_response_iss_parameter_supported") is True,
        )
    except KeyError:
        raise ProviderAway from None
    cache.set(key, asdict(found), REMEMBERED_S)
    return found


def fetch_keys(metadata: Metadata, *, fresh: bool = False) -> KeySet:
    """The provider's public keys; `fresh` asks again, though not more often than every few seconds."""
    key = f"openid:keys:{metadata.jwks_uri}"
    asked = f"{key}:asked"
    known = cache.get(key)
    if known is None or (fresh and cache.add(asked, True, KEYS_ASKED_AT_MOST_EVERY_S)):
        known = _fetched(metadata.jwks_uri)
        cache.set(key, known, REMEMBERED_S)
    try:
        return KeySet.import_key_set({"keys": [one for one in known.get("keys", []) if one.get("use") != "enc"]})
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        raise ProviderAway from None


def _fetched(url: str) -> dict[str, Any]:
    try:
        answer = requests.get(url, timeout=TIMEOUT_S, allow_redirects=False, headers={"Accept": "application/json"})
        answer.raise_for_status()
        document = answer.json() if len(answer.content) <= SIZE_MAX else None
    except (RequestException, ValueError):
        raise ProviderAway from None
    if answer.status_code != 200 or not isinstance(document, dict):
        raise ProviderAway
    return document
