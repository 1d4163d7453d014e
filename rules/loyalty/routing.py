"""The places along a drawn route, in the order in which it passes them."""

from django.contrib.gis.geos import LineString

from gis_platform.core import prepared
from layers.places.models import Place


def along(route: LineString, *, width_m: float) -> list[Place]:
    """Published places within so many metres of the line, which is in EPSG:4326."""
    numbers = [
        pk for (pk,) in prepared.rows("loyalty_places_along", {"route": route.hexewkb.decode(), "width_m": width_m})
    ]
    found = Place.objects.in_bulk(numbers)
    return [found[pk] for pk in numbers]
