"""The one door: every way to sign in, on one page."""

from typing import Any

from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from gis_platform.identity.entering import enter, safe_path
from gis_platform.identity.forms import SignInForm
from gis_platform.identity.models import OpenSession
from gis_platform.identity.providers import providers


class SignInView(LoginView):
    """`again` in the address asks somebody who is signed in to prove it once more."""

    authentication_form = SignInForm
    template_name = "maps/account/sign_in.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and "again" not in request.GET:
            return HttpResponseRedirect(safe_path(request, next_path(request)))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        path = enter(self.request, form.get_user(), way=OpenSession.Way.PASSWORD, next_path=next_path(self.request))
        return HttpResponseRedirect(path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        path = safe_path(self.request, next_path(self.request)) if next_path(self.request) else ""
        again = "again" in self.request.GET and self.request.user.is_authenticated
        return super().get_context_data(**kwargs) | {"providers": providers(), "next": path, "again": again}


def next_path(request: HttpRequest) -> str:
    """Where to go after signing in, as asked for; `safe_path` decides."""
    return request.POST.get("next") or request.GET.get("next", "")
