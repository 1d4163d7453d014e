"""What the map and plots ask for. Readings come in through the rooms that know who sends them."""

import hashlib
from typing import Annotated

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from ninja import Query, Router

from layers.sensors import queries
from layers.sensors.models import Sensor

router = Router(tags=["sensors"])


@router.get("/sensors/latest", response=queries.Latest, summary="Newest reading of every stream")
def read_latest(request: HttpRequest, category: Sensor.Category | None = None) -> HttpResponse:
    """With an ETag, so that a map that asks again and again is mostly answered 304."""
    response = JsonResponse(queries.latest(category=category or ""))
    response["ETag"] = f'"{hashlib.blake2b(response.content, digest_size=16).hexdigest()}"'
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    patch_cache_control(response, no_cache=True)
    answer = get_conditional_response(request, etag=response["ETag"], response=response)
    return answer or response


@router.get("/sensors/{int:sensor_id}/history", response=queries.History, summary="One stream in steps, for a plot")
def read_history(
    request: HttpRequest,
    sensor_id: int,
    stream: str = "",
    hours: Annotated[int, Query(ge=1, le=queries.HOURS_MAX)] = 24,
) -> queries.History:
    return queries.history(sensor_id, stream=stream, hours=hours)
