"""Items and single items as pages for people."""

import json
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gis_platform.core.cql2.expressions import Expression
from gis_platform.core.errors import InvalidInput
from layers.catalog import LayerSpec, PropertyType
from ogc_api.features import queries
from ogc_api.features.ordering import sortables
from ogc_api.features.queries import Item, Page
from ogc_api.parameters import Counting, ItemsRequest, items_request

ASKING = ("q", "filter", "sortby", "bbox", "datetime")


def items_page(request: HttpRequest, spec: LayerSpec, rule: Expression | None) -> HttpResponse:
    """The features as a table; a question that cannot stand is shown beside its box, to be put right."""
    error: InvalidInput | None = None
    page = Page("", 0, 0, False)
    wanted = ItemsRequest()
    try:
        wanted = replace(items_request(spec, request, rule=rule), counting=Counting.EXACT, properties=None)
        page = queries.page(spec, wanted)
    except InvalidInput as refused:
        error = refused
    context: dict[str, Any] = {
        "layer": spec,
        "features": json.loads(f"[{page.features}]"),
        "page": page,
        "error": error,
        "asked": any(request.GET.get(name) for name in ASKING),
        "example": _example(spec),
        "sortables": sortables(spec).values(),
        "first": wanted.offset + 1,
        "last": wanted.offset + page.returned,
        "before": max(wanted.offset - wanted.limit, 0) if wanted.offset else None,
        "next": wanted.offset + wanted.limit if page.more else None,
    }
    return render(request, "ogc_api/items.html", context, status=error.status if error else 200)


def _example(spec: LayerSpec) -> str:
    """A condition that this layer understands, for people to begin from."""
    chosen = next((p for p in spec.public_properties if p.choices), None)
    if chosen:
        return f"{chosen.name} = '{chosen.choices[0][0]}'"
    text = next((p for p in spec.public_properties if p.type is PropertyType.STRING), None)
    return f"{text.name} LIKE 'A%'" if text else "id > 100"


def item_page(request: HttpRequest, spec: LayerSpec, found: Item) -> HttpResponse:
    return render(request, "ogc_api/item.html", {"layer": spec, "feature": json.loads(found.json + "}")})
