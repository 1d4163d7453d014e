from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import CityError, Conflict, Forbidden, TooMany, Unavailable


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


class PasswordNotEnough(NotSignedIn):
    code = "password-not-enough"
    title = _("This account asks for more than a password; use an API key in its place")


class ScopeMissing(Forbidden):
    code = "scope-missing"
    title = _("The API key does not allow this")


class CsrfRefused(Forbidden):
    code = "csrf-refused"
    title = _("The page has expired; load it again")


class TooManyAttempts(TooMany):
    code = "too-many-attempts"
    title = _("Too many failed attempts; wait a while")


class ProviderRefused(Forbidden):
    """`reason` is for the log: who tries a door should not learn which lock held."""

    code = "provider-refused"
    title = _("The other site's answer cannot be trusted; begin to sign in anew")

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__()


class ProviderDeclined(Forbidden):
    code = "provider-declined"
    title = _("You did not sign in at the other site; try again or choose another way")


class ProviderAway(Unavailable):
    code = "provider-away"
    title = _("The other site does not answer; try again later or choose another way")


class LinkRefused(Forbidden):
    code = "sign-in-link-refused"
    title = _("This link was used already or is too old; ask for a new one")


class LinkElsewhere(Forbidden):
    code = "sign-in-link-elsewhere"
    title = _("Open this link in the browser in which you asked for it")


class MailAway(Unavailable):
    code = "mail-away"
    title = _("No e-mail can be sent now; try again later or choose another way")


class ProofRefused(Forbidden):
    code = "proof-refused"
    title = _("That code or passkey is not right; try again")


class LastProof(Conflict):
    code = "last-second-factor"
    title = _("Your role needs a second factor; add another one before you remove this")
