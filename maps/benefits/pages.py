"""“What am I entitled to here?”, before shopping. Who is not signed in reads what the city offers to whom."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gis_platform.core import clock
from gis_platform.residents.looking import looked
from gis_platform.residents.mandates import acted_for
from maps.benefits.cards import card
from maps.check_in import resident_of
from rules.benefits import vouchers
from rules.benefits.asking_at import PlaceUnknown, found_at
from rules.benefits.entitlements import case_here, entitlements, on_offer


@require_safe
@never_cache
def benefits(request: HttpRequest) -> HttpResponse:
    """`at` names a place or a shop, such as merchants/3; one that is not on the map is taken for everywhere.

    `for` is the handle of a ward, for whom a guardian asks. Raises NotYourWard.
    """
    at = request.GET.get("at", "")
    try:
        here = found_at(at)
    except PlaceUnknown:
        at, here = "", found_at("")
    resident = resident_of(request)
    if resident is None:
        context = {"offers": on_offer(clock.today()), "here": here, "here_path": request.get_full_path()}
        return render(request, "maps/benefits/offers.html", context)
    guardian, resident = resident, acted_for(resident, request.GET.get("for", ""))
    if resident != guardian:
        looked(resident, actor=f"user:{guardian.user_id}", what="benefits", purpose="guardian")
    found = [card(one) for one in entitlements(case_here(resident, place=here.place, merchant=here.merchant))]
    mine = [one for one in vouchers.held_by(f"resident:{resident.handle}") if vouchers.is_usable(one)]
    context = {
        "here": here,
        "at": at.split("/"),
        "here_only": [one for one in found if one.open and one.of_the_place and here.name],
        "open": [one for one in found if one.open and not (one.of_the_place and here.name)],
        "closed": [one for one in found if not one.open],
        "vouchers": mine,
        "ward": resident if resident != guardian else None,
    }
    return render(request, "maps/benefits/benefits.html", context)
