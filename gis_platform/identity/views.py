"""The pages that let a person in and out."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError

from gis_platform.identity import throttle
from gis_platform.identity.errors import TooManyAttempts


class SignInForm(AuthenticationForm):
    """Django's form, with a limit on failed attempts."""

    def clean(self) -> dict[str, Any]:
        username = self.cleaned_data.get("username", "")
        assert self.request is not None  # LoginView hands it over
        try:
            throttle.refuse_if_throttled(self.request, username)
        except TooManyAttempts as error:
            raise ValidationError(str(error), code=error.code) from None
        try:
            cleaned = super().clean()
        except ValidationError:
            throttle.count_failure(self.request, username)
            raise
        throttle.forget_failures(self.request, username)
        return cleaned


class SignInView(LoginView):
    authentication_form = SignInForm
    template_name = "maps/sign_in.html"
    redirect_authenticated_user = True
