"""Where a position lies."""

from django.contrib.gis.geos import Point

from layers.base.models import Status
from layers.boundaries.models import Boundary


def district_at(position: Point) -> Boundary | None:
    """The city's district that holds the position (EPSG:4326); where districts overlap, the first by code."""
    return (
        Boundary.objects.filter(kind=Boundary.Kind.DISTRICT, status=Status.PUBLISHED, geometry__contains=position)
        .order_by("code", "pk")
        .first()
    )
