"""My offers, and the button that looks around: the position goes to the server once, and is forgotten there."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gis_platform.residents import consents
from gis_platform.residents.accounts import ProfileMissing
from maps.check_in import resident_of
from rules.loyalty.offers.giving import PURPOSE, given_to


@require_safe
@never_cache
@login_required
def my_offers(request: HttpRequest) -> HttpResponse:
    """Raises ProfileMissing for an account that is nobody's."""
    resident = resident_of(request)
    if resident is None:
        raise ProfileMissing
    context = {
        "agreed": consents.given(resident, PURPOSE),
        "purpose": PURPOSE,
        "given": given_to(resident),
        "texts": {
            "locating": _("Looking for your position…"),
            "nothing": _("There is no offer around you just now."),
            "denied": _("The browser may not use your position. You can allow it in the settings of the browser."),
            "failed": _("Your position could not be found."),
            "noNetwork": _("The network does not answer"),
        },
    }
    return render(request, "maps/offers/mine.html", context)
