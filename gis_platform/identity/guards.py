"""Doors of the HTTP API: who must be signed in, and in which role, for an endpoint to be called at all."""

from django.http import HttpRequest
from ninja.security.base import AuthBase

from gis_platform.identity.authentication import authenticate_request
from gis_platform.identity.errors import NotSignedIn
from gis_platform.identity.models import User
from gis_platform.identity.roles import require_role


class SignedIn(AuthBase):
    """Lets in whoever has an account: by session, API key or password. Raises NotSignedIn."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "The session of the web pages (with its CSRF token), an API key, or HTTP Basic over HTTPS."

    def __call__(self, request: HttpRequest) -> User:
        user = authenticate_request(request)
        if not isinstance(user, User):
            raise NotSignedIn
        return user


class InRole(SignedIn):
    """Lets in staff who hold one of the roles. Raises NotSignedIn or RoleMissing."""

    def __init__(self, *roles: str) -> None:
        super().__init__()
        self.roles = roles

    def __call__(self, request: HttpRequest) -> User:
        return require_role(super().__call__(request), *self.roles)


def account(request: HttpRequest) -> User:
    """The account that the guard let in."""
    user = getattr(request, "auth", None)
    if not isinstance(user, User):
        raise NotSignedIn
    return user
