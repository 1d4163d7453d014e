"""Days on the city's clock."""

from datetime import datetime, time

from django.conf import settings

from gis_platform.core import clock


def at_noon(day):
    return clock.frozen(datetime.combine(day, time(12), settings.CITY.time_zone))
