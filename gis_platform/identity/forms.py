"""Django's own form for a name and a password, with a limit on failed attempts."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError

from gis_platform.identity import throttle
from gis_platform.identity.errors import TooManyAttempts


class SignInForm(AuthenticationForm):
    def clean(self) -> dict[str, Any]:
        request, username = self.request, self.cleaned_data.get("username", "")
        if request is None:  # without it nobody would be counted
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
