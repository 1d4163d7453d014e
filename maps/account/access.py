"""Who may use the pages of an account, and when they ask to sign in once more."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from gis_platform.identity.entering import is_fresh
from gis_platform.identity.models import User
from gis_platform.identity.roles import Role, require_role

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def signed_in[**P](view: View[P]) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded


def freshly[**P](view: View[P]) -> View[P]:
    """For what changes the locks: a session that was left open on a desk is asked to sign in once more."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not is_fresh(request):
            return HttpResponseRedirect(reverse("sign-in", query={"next": reverse("account"), "again": 1}))
        return view(request, *args, **kwargs)

    return signed_in(guarded)


def for_clerks[**P](view: View[P]) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        require_role(me(request), Role.CLERK)
        return view(request, *args, **kwargs)

    return signed_in(guarded)


def me(request: HttpRequest) -> User:
    """The account that one of these let in."""
    user = request.user
    assert isinstance(user, User), "the view is not guarded"
    return user
