"""Who reads programmes (planners and clerks) and who writes them (clerks)."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

from gis_platform.identity.models import User
from gis_platform.identity.roles import Role, has_role, require_role

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

READERS, WRITERS = (Role.PLANNER, Role.CLERK), (Role.CLERK,)


def _for[**P](roles: tuple[Role, ...], view: View[P]) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        require_role(request.user, *roles)
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded


def for_readers[**P](view: View[P]) -> View[P]:
    """Lets planners and clerks in; others learn that their role does not do, or are sent to sign in."""
    return _for(READERS, view)


def for_writers[**P](view: View[P]) -> View[P]:
    """Lets clerks in."""
    return _for(WRITERS, view)


def member_of_staff(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User), "the view is not guarded"
    return user


def may_write(request: HttpRequest) -> bool:
    return has_role(member_of_staff(request), Role.CLERK)
