"""Who may use the settlement pages."""

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


def for_clerks[**P](view: View[P]) -> View[P]:
    """Lets clerks in, and sends those who are not signed in to the sign-in page. Raises RoleMissing for others."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        require_role(request.user, Role.CLERK)
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded


def clerk_of(request: HttpRequest) -> User:
    """The clerk whom `for_clerks` let in."""
    assert isinstance(request.user, User), "the view is not guarded"
    return request.user
