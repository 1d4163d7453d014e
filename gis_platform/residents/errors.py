"""Why a card or code is not accepted: each wrong thing has a code and a sentence of its own."""

from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import CityError, Conflict


class MeansRefused(CityError):
    """Whatever a reader is told instead of whose card it is."""

    code = "means-refused"
    status = 403
    title = _("This card or code is not accepted")


class MeansUnknown(MeansRefused):
    code = "means-unknown"
    status = 404
    title = _("Nobody is known by this card or code")


class MeansBlocked(MeansRefused):
    code = "means-blocked"
    title = _("This card or code is blocked; the resident's other cards still work")


class MeansExpired(MeansRefused):
    code = "means-expired"
    title = _("This card or code has expired; the resident's other cards still work")


class CodeForged(MeansRefused):
    code = "code-forged"
    title = _("This code was not made with a key of this city")


class CodeOfAnotherCity(MeansRefused):
    code = "code-of-another-city"
    title = _("This code belongs to another city; show the card that is meant for use here")


class CodeExpired(MeansRefused):
    code = "code-expired"
    title = _("This code is too old; show the one that the phone displays now, not a picture of it")


class CodeClockOff(MeansRefused):
    code = "code-clock-off"
    title = _("The clock of the phone is wrong; let the phone set its time by the network, then try again")


class CodeUsed(MeansRefused):
    code = "code-used"
    title = _("This code was used already; wait for the next one")


class VisitOver(MeansRefused):
    code = "visit-over"
    title = _("The visit is over; ask for the card or code again")


class MeansTaken(Conflict):
    code = "means-taken"
    title = _("This card or code belongs to somebody already")


class TooManyPhones(Conflict):
    code = "too-many-phones"
    title = _("No more phones can show this card; block one that is not used any more")


class JoinRefused(Conflict):
    code = "join-refused"
    title = _("These two records cannot be joined now")
