"""The planner's offers: list, form with a map, pause."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gis_platform.core import clock
from gis_platform.core.errors import InvalidInput
from gis_platform.identity.models import User
from gis_platform.identity.roles import Role, require_role
from gis_platform.residents.models import Group
from layers.boundaries.models import Boundary
from layers.places.models import Beacon, Place
from rules.loyalty.models import Offer
from rules.loyalty.offers import writing

OFFERS_MAX = 200
OPTIONS_MAX = 500
FIELDS = (
    "title_lv", "title_lt", "title_en", "text_lv", "text_lt", "text_en", "trigger", "source", "metres",
    "quiet_from", "quiet_to", "per_person_day", "per_person_total", "total_max",
)  # fmt: skip

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def for_planners[**P](view: View[P]) -> View[P]:
    """Lets planners in, and sends those who are not signed in to the sign-in page. Raises RoleMissing for others."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        require_role(request.user, Role.PLANNER)
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded


@require_safe
@for_planners
def list_page(request: HttpRequest) -> HttpResponse:
    offers = [(offer, *_state(offer)) for offer in Offer.objects.all()[:OFFERS_MAX]]
    return render(request, "maps/offers/list.html", {"offers": offers})


@require_http_methods(["GET", "HEAD", "POST"])
@for_planners
def form_page(request: HttpRequest, offer_id: int | None = None) -> HttpResponse:
    offer = writing.find(offer_id) if offer_id is not None else None
    form: Mapping[str, Any] = request.POST.dict() if request.method == "POST" else _form(offer)
    refusal, faults = "", dict[str, Any]()
    if request.method == "POST":
        assert isinstance(request.user, User)
        try:
            writing.write(form, actor=request.user.actor, offer=offer)
        except InvalidInput as error:
            refusal, faults = str(error), error.fields
        else:
            messages.success(request, _("The offer is saved."))
            return HttpResponseRedirect(reverse("offers-manage"))
    context = {
        "offer": offer,
        "form": form,
        "refusal": refusal,
        "faults": faults,
        "triggers": Offer.Trigger.choices,
        "groups": Group.objects.all()[:OPTIONS_MAX],
        "sources": _sources(),
    }
    return render(request, "maps/offers/form.html", context, status=400 if refusal else 200)


@require_POST
@for_planners
def pause(request: HttpRequest, offer_id: int) -> HttpResponse:
    assert isinstance(request.user, User)
    offer = writing.find(offer_id)
    writing.pause(offer, actor=request.user.actor, paused=offer.paused_at is None)
    return HttpResponseRedirect(reverse("offers-manage"))


def _state(offer: Offer) -> tuple[str, str]:
    """What the offer is doing now, and the tone to show it in."""
    at = clock.now()
    if offer.paused_at is not None:
        return _("Paused"), "warn"
    if at < offer.valid_from:
        return _("Not yet valid"), ""
    if at >= offer.valid_to:
        return _("Ended"), ""
    return _("In use"), "good"


def _form(offer: Offer | None) -> dict[str, Any]:
    if offer is None:
        return {"trigger": Offer.Trigger.ZONE, "per_person_day": "1"}
    values = {name: getattr(offer, name) for name in FIELDS}
    for name in ("valid_from", "valid_to"):
        values[name] = clock.local(getattr(offer, name)).strftime("%Y-%m-%dT%H:%M")
    for name in ("quiet_from", "quiet_to"):
        values[name] = f"{values[name]:%H:%M}" if values[name] else ""
    empty = {name: "" for name, value in values.items() if value is None}
    audience = offer.audience.code if offer.audience else ""
    return values | empty | {"audience": audience, "geojson": "" if offer.source else offer.geometry.geojson}


def _sources() -> list[tuple[str, list[tuple[str, str]]]]:
    """What an offer can be tied to, by layer."""
    groups = (
        (_("Areas"), "boundaries", Boundary),
        (_("Smart places"), "places", Place),
        (_("Beacons"), "beacons", Beacon),
    )
    return [
        (title, [(f"{layer}/{one.pk}", str(one)) for one in model.objects.order_by("pk")[:OPTIONS_MAX]])
        for title, layer, model in groups
    ]
