"""Who sees the fleet, and who may act on it."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

from gis_platform.identity.models import User
from gis_platform.identity.roles import Role, require_role

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

WATCH = (Role.OPERATOR, Role.MERCHANT_MANAGER)
ACT = (Role.OPERATOR,)


def for_roles[**P](*roles: str) -> Callable[[View[P]], View[P]]:
    """Lets holders of a role in, and sends those who are not signed in to the sign-in page. Raises RoleMissing."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not isinstance(request.user, User):
                return redirect_to_login(request.get_full_path())
            require_role(request.user, *roles)
            response = view(request, *args, **kwargs)
            add_never_cache_headers(response)
            return response

        return guarded

    return guard


def operator_of(request: HttpRequest) -> User:
    """The member of staff whom `for_roles` let in."""
    assert isinstance(request.user, User), "the view is not guarded"
    return request.user
