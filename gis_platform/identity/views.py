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
        request, username = self.request, self.cleaned_data.get("username", "")
        if request is None:  # only LoginView, which hands it over, lets anybody in
            raise ValidationError(self.error_messages["invalid_login"], code="invalid_login")
        try:
            throttle.refuse_if_throttled(request, username)
        except TooManyAttempts as error:
            raise ValidationError(str(error), code=error.code) from None
        try:
            cleaned = super().clean()
        except ValidationError:
            throttle.count_failure(request, username)
            raise
        throttle.forget_failures(request, username)
        return cleaned


class SignInView(LoginView):
    authentication_form = SignInForm
    template_name = "maps/sign_in.html"
    redirect_authenticated_user = True
