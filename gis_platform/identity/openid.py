"""Signing in at an OpenID Connect provider: authorization code flow with PKCE, state and nonce (OpenID Connect Core).

Authlib speaks OAuth, joserfc checks signatures; what is believed is decided here, each claim by name.
"""

import secrets
import time
from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from django.contrib.sessions.backends.base import SessionBase
from joserfc import jwt
from joserfc.errors import JoseError
from requests import RequestException

from gis_platform.core import clock
from gis_platform.identity.errors import ProviderAway, ProviderDeclined, ProviderRefused
from gis_platform.identity.metadata import Metadata, fetch_keys, metadata_of
from gis_platform.identity.providers import Provider, provider

SESSION_KEY = "openid"
ATTEMPT_LIFETIME_S = 15 * 60
ATTEMPTS_MAX = 5  # tabs of one browser in which somebody may be signing in
TOKEN_AGE_MAX_S = 5 * 60
LEEWAY_S = 60  # two clocks
TIMEOUT_S = 10
# Asymmetric alone: with a shared secret whoever knows it could be anybody, and "none" is nobody's signature.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What a provider said of somebody, checked. `personal_code` is never stored as it is."""

    issuer: str
    subject: str
    given_name: str
    family_name: str
    birth_date: date | None
    personal_code: str


def begin(session: SessionBase, provider: Provider, *, callback_url: str, next_path: str, language: str) -> str:
    """The address at the provider to go to; what its answer must fit is kept in the session."""
    metadata = metadata_of(provider)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    attempts = {**session.get(SESSION_KEY, {})}
    attempts[state] = {
        "provider": provider.id,
        "nonce": nonce,
        "verifier": verifier,
        "callback_url": callback_url,
        "next": next_path,
        "at": int(time.time()),
    }
    session[SESSION_KEY] = dict(sorted(attempts.items(), key=lambda item: item[1]["at"])[-ATTEMPTS_MAX:])
    with _client(provider, callback_url) as client:
        url, _state = client.create_authorization_url(
            metadata.authorization_endpoint, state=state, nonce=nonce, code_verifier=verifier, ui_locales=language
        )
    return str(url)


def finish(session: SessionBase, provider_id: str, answer: dict[str, str]) -> tuple[Claims, str]:
    """Who signed in, and the path to go on to. Raises ProviderRefused, ProviderDeclined or ProviderAway.

    Each attempt is good for one answer, whatever it was.
    """
    attempt = _taken(session, provider_id, answer.get("state", ""))
    found = provider(provider_id)
    metadata = metadata_of(found)
    if answer.get("iss", metadata.issuer if not metadata.names_itself else "") != metadata.issuer:
        raise _refused(found, "answer of another issuer")  # RFC 9207: two providers mixed up
    if "error" in answer:
        raise ProviderDeclined
    token = _exchanged(found, metadata, attempt, answer.get("code", ""))
    claims = _verified(found, metadata, token, nonce=attempt["nonce"])
    return _believed(found, claims), str(attempt["next"])


def _taken(session: SessionBase, provider_id: str, state: str) -> dict[str, Any]:
    """The attempt that the state names, which is thereby over."""
    attempts = {**session.get(SESSION_KEY, {})}
    attempt = attempts.pop(state, None)
    session[SESSION_KEY] = attempts
    if attempt is None or attempt["provider"] != provider_id:
        raise ProviderRefused("state unknown in this browser")
    if time.time() - attempt["at"] > ATTEMPT_LIFETIME_S:
        raise ProviderRefused("attempt too old")
    return dict(attempt)


def _client(provider: Provider, callback_url: str) -> Any:
    return OAuth2Session(
        provider.client_id,
        provider.client_secret or None,
        scope=provider.scope,
        redirect_uri=callback_url,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if provider.client_secret else "none",
    )


def _exchanged(provider: Provider, metadata: Metadata, attempt: dict[str, Any], code: str) -> str:
    """The ID token for the code."""
    if not code:
        raise _refused(provider, "no code")
    try:
        with _client(provider, attempt["callback_url"]) as client:
            token = client.fetch_token(
                metadata.token_endpoint,
                code=code,
                code_verifier=attempt["verifier"],
                timeout=TIMEOUT_S,
                allow_redirects=False,
            )
    except OAuthError as error:
        raise _refused(provider, f"code refused: {error.error}") from None
    except (RequestException, ValueError):
        raise ProviderAway from None
    id_token = token.get("id_token")
    if not isinstance(id_token, str):
        raise _refused(provider, "no ID token")
    return id_token


def _verified(provider: Provider, metadata: Metadata, id_token: str, *, nonce: str) -> dict[str, Any]:
    """The claims of a token that this provider signed for us, for this attempt, just now."""
    claims = _signed(provider, metadata, id_token)
    registry = jwt.JWTClaimsRegistry(
        leeway=LEEWAY_S,
        iss={"essential": True, "value": metadata.issuer},
        aud={"essential": True, "value": provider.client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        registry.validate(claims)
    except JoseError as error:
        raise _refused(provider, f"ID token: {error}") from None
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != provider.client_id:
        raise _refused(provider, "ID token for several, and not asked for by us")
    if claims["iat"] < time.time() - TOKEN_AGE_MAX_S - LEEWAY_S:
        raise _refused(provider, "ID token made long ago")
    return claims


def _signed(provider: Provider, metadata: Metadata, id_token: str) -> dict[str, Any]:
    """A provider changes its keys: a signature that fits none of those remembered is tried once with fresh ones."""
    for fresh in (False, True):
        keys = fetch_keys(metadata, fresh=fresh)
        try:
            return dict(jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims)
        except (JoseError, ValueError, KeyError) as error:
            reason = type(error).__name__
    raise _refused(provider, f"ID token: {reason}")


def _believed(provider: Provider, claims: dict[str, Any]) -> Claims:
    def text(name: str) -> str:
        value = claims.get(name, "") if name else ""
        return value.strip() if isinstance(value, str) else ""

    if not text("sub") or len(text("sub")) > 255:  # the limit of OpenID Connect Core, section 2
        raise _refused(provider, "no subject")
    return Claims(
        issuer=provider.issuer,
        subject=text("sub"),
        given_name=text(provider.given_name_claim)[:150],
        family_name=text(provider.family_name_claim)[:150],
        birth_date=_date(text(provider.birth_date_claim)),
        personal_code=text(provider.personal_code_claim),
    )


def _date(text: str) -> date | None:
    """A year alone, or year 0000, is allowed by the standard and tells too little."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year > 1800 and day <= clock.today() else None


def _refused(provider: Provider, reason: str) -> ProviderRefused:
    log.warning("a provider's answer was refused", provider=provider.id, reason=reason)
    return ProviderRefused(reason)
