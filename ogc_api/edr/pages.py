"""Observations for people: a day of plots, and the way to the days before and after."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gis_platform.core import clock
from ogc_api import roots
from ogc_api.edr.describing import FORMATS
from ogc_api.edr.geojson import property_name
from ogc_api.edr.stations import Stream
from ogc_api.parameters import Interval

# UCUM's codes as people write them; one that is not here is shown as it is.
SIGNS = {"Cel": "°C", "ug/m3": "µg/m³", "mg/m3": "mg/m³", "dB[SPL]": "dB", "deg": "°", "1": "", "m3": "m³"}


def data_page(request: HttpRequest, interval: Interval, streams: Sequence[Stream]) -> HttpResponse:
    """The last day of the interval in which something was observed; the plots come from the same address's data."""
    with roots.spoken(request):
        day = _day(interval, streams)
        start, end = (datetime.combine(day, at, settings.CITY.time_zone) for at in (time.min, time.max))
        first = min((stream.first_at for stream in streams if stream.first_at), default=None)
        last = max((stream.last_at for stream in streams if stream.last_at), default=None)
        context = {
            "title": _title(streams),
            "streams": [(stream, property_name(stream)) for stream in streams],
            "labels": {"signs": SIGNS, "stations": {stream.station: stream.station_name for stream in streams}},
            "formats": FORMATS,
            "day": day,
            "shown": day.isoformat(),
            "start": start,
            "end": end,
            "before": str(day - timedelta(days=1)) if first and first < start else "",
            "after": str(day + timedelta(days=1)) if last and last > end else "",
        }
        return render(request, "ogc_api/observations/data.html", context)


def _day(interval: Interval, streams: Sequence[Stream]) -> date:
    known = [stream.last_at for stream in streams if stream.last_at]
    newest = max(known, default=clock.now())
    return clock.local(min(newest, interval[1]) if interval[1] else newest).date()


def _title(streams: Sequence[Stream]) -> str:
    names = {stream.station_name for stream in streams}
    return names.pop() if len(names) == 1 else _("Observations")
