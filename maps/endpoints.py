"""The map's search over HTTP."""

from typing import Annotated, TypedDict

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router

from gis_platform.core.errors import InvalidInput
from maps.search import Found, Position, search
from maps.start import language

router = Router(tags=["map"])


class Results(TypedDict):
    results: list[Found]


@router.get("/search", response=Results, summary="Places by name, in any of the city's languages")
def find(
    request: HttpRequest,
    q: Annotated[str, Query(min_length=1, max_length=100)],
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
    near: str = "",
) -> Results:
    """`near` is longitude,latitude: nearer ones then come first and carry their distance."""
    return {"results": search(q, language=language(), limit=limit, near=_position(near))}


def _position(text: str) -> Position | None:
    if not text:
        return None
    try:
        longitude, latitude = (float(part) for part in text.split(","))
    except ValueError:
        longitude = latitude = float("nan")
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        sentence = _("Write the position as longitude,latitude, for example 23.727,56.651.")
        raise InvalidInput(sentence, fields={"near": sentence})
    return longitude, latitude
