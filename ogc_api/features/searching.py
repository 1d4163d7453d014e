"""Items by a question in the body of a POST, for filters that are longer than an address may be.

The body is a JSON object of the parameters that a GET of the items takes; `filter` is CQL2 JSON, or text.
"""

import json
from copy import copy
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from gis_platform.identity.authentication import authenticate_request
from gis_platform.identity.layer_access import readable_layer, row_rule
from gis_platform.identity.models import RowRule
from ogc_api.features import queries
from ogc_api.features.bodies import UnreadableBody
from ogc_api.features.editing import MethodNotAllowed
from ogc_api.features.items import page_answer
from ogc_api.formats.offered import GEOJSON
from ogc_api.links import layer_url, link
from ogc_api.parameters import InvalidParameter, read_request

BODY_BYTES_MAX = 256 * 1024
LISTS = ("bbox", "sortby", "properties", "exclude-properties")


@csrf_exempt
def search(request: HttpRequest, layer_id: str) -> HttpResponse:
    """A page of GeoJSON; its link `next` says which body to send for the page after."""
    if request.method != "POST":
        raise MethodNotAllowed(_("Use one of: {methods}.").format(methods="POST"))
    reading = copy(request)
    reading.method = "GET"  # it changes nothing, so a key that may only read is enough
    user = authenticate_request(reading)
    spec = readable_layer(user, layer_id)
    body = _body(request)
    wanted = read_request(spec, _query(body), rule=row_rule(user, spec, RowRule.Action.READ))
    page = queries.page(spec, wanted)
    url = f"{layer_url(request, spec)}/search"
    links: list[dict[str, Any]] = [link(layer_url(request, spec), rel="collection", media_type="application/json")]
    if page.more:
        following = {name: value for name, value in body.items() if name != "offset"} | {"after": page.after}
        links.append({**link(url, rel="next", media_type=GEOJSON.media_type), "method": "POST", "body": following})
    return page_answer(wanted, page, links)


def _body(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > BODY_BYTES_MAX:
        raise UnreadableBody(_("The body has more than {limit} bytes.").format(limit=BODY_BYTES_MAX))
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise UnreadableBody(_("The body is not JSON.")) from error
    if not isinstance(body, dict):
        raise UnreadableBody(_("The body must be a JSON object."))
    return body


def _query(body: dict[str, Any]) -> QueryDict:
    """The body as the query that a GET would have had."""
    query = QueryDict(mutable=True)
    for name, value in body.items():
        if name == "filter" and not isinstance(value, str):
            query["filter"], query["filter-lang"] = json.dumps(value), "cql2-json"
        elif name != "filter-lang" or "filter-lang" not in query:
            query[name] = _text(name, value)
    if "f" in query:
        raise InvalidParameter(_("Unknown parameter: {names}.").format(names="f"))
    return query


def _text(name: str, value: Any) -> str:
    if isinstance(value, list) and name in LISTS and all(isinstance(part, str | int | float) for part in value):
        return ",".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise InvalidParameter(_("{name} has a value of the wrong kind.").format(name=name[:60]))
