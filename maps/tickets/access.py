"""Who may use the pages of organisers and doors."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

from gis_platform.identity.models import User
from gis_platform.identity.roles import Role, require_role
from rules.loyalty.tickets.buyers import Buyer

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

ORGANISERS = (Role.TOURISM_EDITOR, Role.CLERK)


def for_organisers[**P](view: View[P]) -> View[P]:
    """Lets the tourism centre and clerks in; sends strangers to the sign-in page. Raises RoleMissing for others."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        require_role(request.user, *ORGANISERS)
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded


def for_buyers[**P](view: View[P]) -> View[P]:
    """Lets everybody in who has an account; sends strangers to the sign-in page and back."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "the view is not guarded"
    return request.user


def buyer_of(request: HttpRequest) -> Buyer:
    return Buyer.of(user_of(request))
