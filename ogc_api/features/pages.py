"""Items and single items as pages for people."""

import json
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gis_platform.core.cql2.expressions import Expression
from gis_platform.core.errors import InvalidInput
from layers.catalog import LayerSpec
from ogc_api.features import queries
from ogc_api.features.ordering import sortables
from ogc_api.features.queries import Item, Page
from ogc_api.parameters import Counting, ItemsRequest, items_request


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
        "sortables": sortables(spec).values(),
        "first": wanted.offset + 1,
        "last": wanted.offset + page.returned,
        "before": max(wanted.offset - wanted.limit, 0) if wanted.offset else None,
        "next": wanted.offset + wanted.limit if page.more else None,
    }
    return render(request, "ogc_api/items.html", context, status=error.status if error else 200)


def item_page(request: HttpRequest, spec: LayerSpec, found: Item) -> HttpResponse:
    return render(request, "ogc_api/item.html", {"layer": spec, "feature": json.loads(found.json + "}")})
