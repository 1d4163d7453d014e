"""One device: what is known of it, when it was heard, and what the operations centre does with its key."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gis_platform.core import clock
from gis_platform.devices import services
from gis_platform.devices.models import Device
from gis_platform.devices.queries import State, fleet
from gis_platform.identity.roles import Role, has_role
from gis_platform.monitor.models import Alarm
from gis_platform.monitor.services import DEVICES
from layers.merchants.models import Merchant
from layers.places.models import Place
from maps.fleet import plotting
from maps.fleet.access import ACT, WATCH, for_roles, operator_of
from maps.fleet.forms import DeviceForm
from maps.fleet.lines import in_words, line_of, on_map
from maps.fleet.list_pages import state_of
from maps.start import start

ALARMS_SHOWN = 10
SUGGESTED_MAX = 500
REFUSED = 422


@require_safe
@for_roles(*WATCH)
def device_page(request: HttpRequest, code: str) -> HttpResponse:
    return _shown(request, code)


@require_POST
@for_roles(*ACT)
def act(request: HttpRequest, code: str) -> HttpResponse:
    """A one-time code is in this answer and in no other."""
    device, actor = get_object_or_404(Device, code=code), operator_of(request).actor
    wish = request.POST.get("wish", "")
    if wish == "code":
        return _shown(request, code, one_time_code=services.open_registration(device, actor=actor))
    if wish == "rotate":
        services.want_new_key(device, actor=actor)
        messages.success(request, _("The device is asked to change its key with its next heartbeat."))
    elif wish == "revoke":
        services.revoke(device, actor=actor, reason=request.POST.get("reason", "").strip()[:200])
        messages.success(request, _("Its key has ended. Whatever it sends is refused from now on."))
    return redirect("fleet-device", code)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*ACT)
def new_device(request: HttpRequest) -> HttpResponse:
    form = DeviceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device, code = services.add(form.instance, actor=operator_of(request).actor)
        return _shown(request, device.code, one_time_code=code)
    context = {
        "form": form,
        "places": _codes(Place.objects.exclude(code=None)),
        "merchants": _codes(Merchant.objects.exclude(code=None)),
    }
    return render(request, "maps/fleet/new.html", context, status=REFUSED if form.errors else 200)


def _codes(rows: QuerySet[Any]) -> list[str]:
    return list(rows.order_by("code").values_list("code", flat=True)[:SUGGESTED_MAX])


def _shown(request: HttpRequest, code: str, *, one_time_code: str = "") -> HttpResponse:
    now = clock.now()
    device = get_object_or_404(fleet(now).select_related("place", "merchant"), code=code)
    state = state_of(device)
    battery = plotting.battery_points(device, now)
    context = {
        "device": device,
        "line": line_of(device, state),
        "state": state,
        "is_revoked": state == State.REVOKED,
        "has_key": bool(device.key_prefix),
        "silent_after": in_words(device.silent_after),
        "questions": device.questions.all(),
        "plot": plotting.plot(device, now),
        "hours": [(hour, plotting.LEFT + hour * (plotting.CELL + plotting.GAP)) for hour in range(0, 24, 3)],
        "battery": battery,
        "battery_line": " ".join(f"{x},{y}" for x, y, *_rest in battery),
        "battery_height": plotting.BATTERY_HEIGHT,
        "alarms": Alarm.objects.filter(kind=Alarm.Kind.DEVICE, layer=DEVICES, feature_id=device.pk)[:ALARMS_SHOWN],
        "one_time_code": one_time_code,
        "code_days": services.CODE_LIFETIME.days,
        "may_act": has_role(request.user, Role.OPERATOR),
        "map": on_map([(device, state)]),
        "start": start(),
    }
    return render(request, "maps/fleet/device.html", context)
