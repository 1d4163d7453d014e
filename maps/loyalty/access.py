"""Who opens which page: residents their own, editors and planners quests and labels, whoever hands out the desk."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

from gis_platform.identity.models import User
from gis_platform.identity.roles import Role, require_role
from gis_platform.residents.accounts import resident_of
from gis_platform.residents.models import Resident

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

WRITERS = (Role.PLANNER, Role.TOURISM_EDITOR)
HANDERS_OUT = (Role.CLERK, Role.MERCHANT_MANAGER, Role.TOURISM_EDITOR)


def for_roles[**P](*roles: Role) -> Callable[[View[P]], View[P]]:
    """Lets staff in these roles in; others learn that their role does not do, or are sent to sign in."""

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


def for_residents[**P](view: Callable[Concatenate[HttpRequest, Resident, P], HttpResponse]) -> View[P]:
    """Lets residents in, and hands them over. Raises ProfileMissing for an account that is nobody's."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        response = view(request, resident_of(request.user), *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "the view is not guarded"
    return request.user
