from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import CityError, Forbidden, TooMany


class NotSignedIn(CityError):
    """The answer to it carries WWW-Authenticate (RFC 9110, section 11.6.1)."""

    code = "not-signed-in"
    status = 401
    title = _("Sign in first")
    headers = {"WWW-Authenticate": 'Bearer realm="city", Basic realm="city", charset="UTF-8"'}


class CredentialsRefused(NotSignedIn):
    code = "credentials-refused"
    title = _("The sign-in details are not right")


class EncryptionRequired(NotSignedIn):
    code = "encryption-required"
    title = _("A password is only accepted over HTTPS")


class ScopeMissing(Forbidden):
    code = "scope-missing"
    title = _("The API key does not allow this")


class CsrfRefused(Forbidden):
    code = "csrf-refused"
    title = _("The page has expired; load it again")


class TooManyAttempts(TooMany):
    code = "too-many-attempts"
    title = _("Too many failed attempts; wait a while")
