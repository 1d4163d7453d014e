"""All devices: on a map, in a table that is searched, sorted and paged, as CSV; and the alarms of the silent ones."""

from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gis_platform.core import clock
from gis_platform.core.errors import CityError
from gis_platform.devices.models import Device
from gis_platform.devices.queries import Fleet, State, counts, fleet, found
from gis_platform.identity.roles import Role, has_role
from gis_platform.monitor import services as monitor
from gis_platform.monitor.models import Alarm
from gis_platform.monitor.queries import firing_alarms
from maps.fleet.access import ACT, WATCH, for_roles, operator_of
from maps.fleet.lines import STATES, line_of, on_map
from maps.people.tables import as_csv, page_of, rest_of
from maps.start import start

ORDERS = ("code", "role", "last_seen_at", "firmware", "battery_percent", "state")
ON_MAP_MAX = 5_000
EXPORT_MAX = 20_000


@require_safe
@for_roles(*WATCH)
def fleet_page(request: HttpRequest) -> HttpResponse:
    devices = _asked_for(request)
    page = page_of(request, devices)
    names = dict(fleet(clock.now()).values_list("pk", "code"))
    every = fleet(clock.now())
    alarms = firing_alarms(Alarm.Kind.DEVICE)
    context = {
        "page": page,
        "lines": [line_of(one, state_of(one)) for one in page.object_list],
        "rest": rest_of(request),
        "order": request.GET.get("order", "code"),
        "heads": _heads(request),
        "words": request.GET.get("q", ""),
        "role": request.GET.get("role", ""),
        "roles": Device.Role.choices,
        "state": request.GET.get("state", ""),
        "states": [(state.value, *STATES[state], number) for state, number in counts(every).items()],
        "alarms": [(alarm, names.get(alarm.feature_id, "?")) for alarm in alarms],
        "unacknowledged": sum(alarm.acknowledged_at is None for alarm in alarms),
        "may_act": has_role(request.user, Role.OPERATOR),
        "map": on_map([(one, state_of(one)) for one in devices[:ON_MAP_MAX]]),
        "start": start(),
    }
    return render(request, "maps/fleet/fleet.html", context)


@require_safe
@for_roles(*WATCH)
def fleet_csv(request: HttpRequest) -> HttpResponse:
    head = ["code", "role", "where", "state", "last_seen_at", "firmware", "battery_percent"]
    lines = (line_of(one, state_of(one)) for one in _asked_for(request)[:EXPORT_MAX])
    rows = (
        [
            *(line.code, line.role, line.where, line.state),
            *(line.last_seen_at.isoformat(timespec="seconds") if line.last_seen_at else "", line.firmware),
            line.battery_percent,
        ]
        for line in lines
    )
    return as_csv("fleet", head, rows)


@require_POST
@for_roles(*ACT)
def acknowledge(request: HttpRequest, alarm_id: int) -> HttpResponse:
    try:
        monitor.acknowledge(alarm_id, by=operator_of(request))
    except CityError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The alarm is acknowledged."))
    return redirect("fleet")


def state_of(device: Device) -> str:
    """As `queries.fleet` has found it."""
    return str(getattr(device, "state", State.NEVER))


def _asked_for(request: HttpRequest) -> Fleet:
    asked = request.GET
    devices = found(
        fleet(clock.now()).select_related("place", "merchant"),
        words=asked.get("q", "").strip()[:100],
        role=asked.get("role", ""),
        state=asked.get("state", ""),
    )
    order = asked.get("order", "")
    name = order.removeprefix("-")
    by = F(name if name in ORDERS else "code")
    return devices.order_by(by.desc(nulls_last=True) if order.startswith("-") else by.asc(nulls_last=True), "code")


def _heads(request: HttpRequest) -> list[dict[str, Any]]:
    """The columns, each with the address that sorts by it, the other way round if it does already."""
    titles = (_("Device"), _("Role"), _("Last heard"), _("Firmware"), _("Battery"), _("State"))
    present = request.GET.get("order", "code")
    heads = []
    for name, title in zip(ORDERS, titles, strict=True):
        query = request.GET.copy()
        query.pop("page", None)
        query["order"] = f"-{name}" if present == name else name
        sort = {name: "ascending", f"-{name}": "descending"}.get(present, "")
        heads.append({"title": title, "query": query.urlencode(), "sort": sort})
    return heads
