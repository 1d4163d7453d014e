from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import Forbidden, NotFound


class LocationConsentMissing(Forbidden):
    code = "location-consent-missing"
    title = _("You have not agreed to offers by position; agree on your profile first")


class OfferUnknown(NotFound):
    code = "offer-unknown"
    title = _("There is no such offer")
