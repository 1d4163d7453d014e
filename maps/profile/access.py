"""A profile is its resident's alone."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

from gis_platform.identity.models import User
from gis_platform.residents.accounts import resident_of
from gis_platform.residents.models import Resident

type View[**P] = Callable[Concatenate[HttpRequest, Resident, P], HttpResponseBase]


def for_residents[**P](view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Gives the view the resident whose account asks. Raises ProfileMissing for an account that is nobody's."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        response = view(request, resident_of(request.user), *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded
