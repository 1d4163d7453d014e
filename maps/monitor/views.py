"""The monitor's page, its parts that are asked for again and again, and the frame of its map."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from gis_platform.core.errors import CityError
from gis_platform.identity.roles import Role, has_role, require_role
from gis_platform.monitor import services
from gis_platform.monitor.queries import firing_alarms
from layers.sensors.models import Sensor
from layers.sensors.queries import Latest, latest
from maps.map_layers import public_layers
from maps.monitor.courses import courses as read_courses
from maps.monitor.figures import figures
from maps.monitor.land import HEAT_LEVELS, heat_lines, place_lines
from maps.monitor.policy import FRAME_POLICY
from maps.monitor.sensors import categories, sensor_lines
from maps.monitor.texts import texts
from maps.start import language
from rules.loyalty.queries import PEOPLE_MIN, heat_map

HEAT_HOURS = {24: gettext_lazy("24 hours"), 168: gettext_lazy("7 days"), 720: gettext_lazy("30 days")}
HEAT_HOURS_FIRST = 168


def unless_unchanged(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives the answer an ETag, and answers 304 to who has it already."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["ETag"] = f'"{hashlib.blake2b(response.content, digest_size=16).hexdigest()}"'
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        patch_cache_control(response, private=True, no_cache=True)
        return get_conditional_response(request, etag=response["ETag"], response=response) or response

    return answer


@require_safe
def monitor(request: HttpRequest) -> HttpResponse:
    """Everything that the page shows is in it, so that it can be read without a script too."""
    now = latest()
    lines = sensor_lines(now["sensors"])
    hours = _hours(request)
    cells = heat_lines(heat_map(hours), language())
    context = _summary(request, now) | {
        "lines": lines,
        "categories": categories(lines),
        "category": _category(request),
        "places": place_lines(language()),
        "heat": cells,
        "heat_hours": hours,
        "heat_choices": list(HEAT_HOURS.items()),
        "heat_levels": range(1, HEAT_LEVELS + 1),
        "people_min": PEOPLE_MIN,
        "credits": sorted({str(spec.attribution) for spec in public_layers() if spec.attribution}),
        "start": _start(),
    }
    return render(request, "maps/monitor/monitor.html", context)


@require_safe
@unless_unchanged
def summary(request: HttpRequest) -> HttpResponse:
    """Figures and alarms as a part of the page. Times are absolute in it, so that it only changes when they do."""
    return render(request, "maps/monitor/summary.html", _summary(request, latest()))


@require_safe
@unless_unchanged
def courses(_request: HttpRequest) -> HttpResponse:
    return JsonResponse(dict(read_courses()))


@require_safe
@csp_override(FRAME_POLICY)
def map_frame(request: HttpRequest) -> HttpResponse:
    cells = heat_map(_hours(request))
    build = import_string("maps.monitor.frame.build")  # folium brings pandas, which other requests do without
    built = build(
        sensors=sensor_lines(latest()["sensors"]),
        places=place_lines(language()),
        cells=cells,
        heat=heat_lines(cells, language()),
    )
    nonce = getattr(request, "_csp_nonce", "")
    response = render(request, "maps/monitor/frame.html", {"frame": built, "nonce": str(nonce)})
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    patch_cache_control(response, private=True, no_store=True)  # a nonce is used once
    return response


@require_POST
def acknowledge(request: HttpRequest, alarm_id: int) -> HttpResponse:
    operator = require_role(request.user, Role.OPERATOR)
    try:
        services.acknowledge(alarm_id, by=operator)
    except CityError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The alarm is acknowledged."))
    return redirect("monitor")


def _summary(request: HttpRequest, now: Latest) -> dict[str, Any]:
    names = {sensor["id"]: sensor["name"] for sensor in now["sensors"]}
    alarms = firing_alarms()
    return {
        "figures": figures(now["sensors"]),
        "alarms": [(alarm, names.get(alarm.feature_id, f"{alarm.layer}/{alarm.feature_id}")) for alarm in alarms],
        "unacknowledged": sum(alarm.acknowledged_at is None for alarm in alarms),
        "may_acknowledge": has_role(request.user, Role.OPERATOR),
        "few": PEOPLE_MIN,
    }


def _start() -> dict[str, Any]:
    """What the script starts from; map/city.js reads it."""
    return {
        "name": settings.CITY.name,
        "language": language(),
        "timeZone": settings.CITY.time_zone.key,
        "layers": [],
        "texts": texts(),
        "urls": {
            "sensors": "/api/v1/sensors/latest",
            "history": "/api/v1/sensors/{sensor}/history",
            "summary": reverse("monitor-summary"),
            "courses": reverse("monitor-courses"),
        },
    }


def _hours(request: HttpRequest) -> int:
    """One of three windows: if any could be asked for, two that differ by a little would tell people apart."""
    text = request.GET.get("hours", "")
    hours = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else HEAT_HOURS_FIRST
    return hours if hours in HEAT_HOURS else HEAT_HOURS_FIRST


def _category(request: HttpRequest) -> str:
    category = request.GET.get("category", "")
    return category if category in Sensor.Category.values else ""
