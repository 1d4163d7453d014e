"""Whose accounts the city accepts: OpenID Connect providers, named by a file that the settings point to."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import NotFound


class ProviderUnknown(NotFound):
    code = "provider-unknown"
    title = _("The city does not accept accounts of this site")


@dataclass(frozen=True, kw_only=True)
class Provider:
    """`personal_code_claim` names the claim that holds the national personal code, "" for none."""

    id: str
    title: str
    issuer: str
    client_id: str
    client_secret: str = ""
    scope: str = "openid profile"
    given_name_claim: str = "given_name"
    family_name_claim: str = "family_name"
    birth_date_claim: str = "birthdate"
    personal_code_claim: str = ""


def providers() -> list[Provider]:
    return [Provider(**values) for values in settings.OIDC_PROVIDERS]


def provider(provider_id: str) -> Provider:
    """Raises ProviderUnknown."""
    for found in providers():
        if found.id == provider_id:
            return found
    raise ProviderUnknown


def title_of(issuer: str) -> str:
    """What people call the provider; its address when it is no longer among the accepted ones."""
    return next((found.title for found in providers() if found.issuer == issuer), issuer)
