"""Why a device is refused: each wrong thing has a code and a sentence of its own."""

from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import CityError, Forbidden, InvalidInput
from gis_platform.identity.errors import NotSignedIn


class RegistrationRefused(CityError):
    code = "registration-refused"
    status = 403
    title = _("The registration code is wrong, used or too old; ask for a new one")


class DeviceRoleMissing(Forbidden):
    code = "device-role-missing"
    title = _("This kind of device may not do this")


class SignatureRefused(NotSignedIn):
    code = "signature-refused"
    title = _("The signature does not fit the request")


class SignatureRequired(NotSignedIn):
    code = "signature-required"
    title = _("This device has to sign its requests")


class SignatureClockOff(NotSignedIn):
    code = "signature-clock-off"
    title = _("The clock of the device is wrong; set it by the time in the answer, then sign again")


class SignatureReplayed(NotSignedIn):
    code = "signature-replayed"
    title = _("This signed request came before; sign each request anew")


class QuestionMissing(InvalidInput):
    code = "question-missing"
    title = _("This device gets an answer only to a question that it is set up for")


class QuestionNotAllowed(Forbidden):
    code = "question-not-allowed"
    title = _("This device is not set up for this question")
