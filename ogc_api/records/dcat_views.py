"""DCAT-AP over HTTP: the form follows `f`, else Accept. Only what anybody may read is told, whoever asks."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from gis_platform.identity.layer_access import readable_layer, readable_layers
from layers.catalog import Access
from ogc_api.formats.negotiation import negotiate
from ogc_api.formats.offered import Format
from ogc_api.pages.preference import wants_html
from ogc_api.parameters import refuse_unknown
from ogc_api.records.facts import facts_of

if TYPE_CHECKING:
    from rdflib import Graph

# By the name that rdflib has for it; the first one for those who name none.
FORMS = {
    "json-ld": Format(names=("jsonld",), title="JSON-LD", media_types=("application/ld+json", "application/json")),
    "turtle": Format(names=("ttl",), title="Turtle", media_types=("text/turtle",)),
    "xml": Format(names=("rdf",), title="RDF/XML", media_types=("application/rdf+xml", "application/xml")),
}


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    refuse_unknown(request.GET, {"f"})
    specs = [spec for spec in readable_layers(AnonymousUser()) if spec.access is Access.PUBLIC]
    return _answer(request, lambda: _graph("catalogue_graph")(specs, facts_of(specs)))


@require_safe
def dataset(request: HttpRequest, layer_id: str) -> HttpResponse:
    refuse_unknown(request.GET, {"f"})
    spec = readable_layer(AnonymousUser(), layer_id)
    return _answer(request, lambda: _graph("dataset_graph")(spec, facts_of([spec])[spec.id]))


def _answer(request: HttpRequest, make: Callable[[], "Graph"]) -> HttpResponse:
    """Raises InvalidParameter for an unknown `f`, NotAcceptable where Accept allows none of ours."""
    wanted = _form(request)
    name = next(name for name, form in FORMS.items() if form == wanted)
    media_type = wanted.media_type + ("; charset=utf-8" if name == "turtle" else "")
    return HttpResponse(make().serialize(format=name), content_type=media_type)


def _graph(name: str) -> "Callable[..., Graph]":
    """A writer of graphs; imported at its first use, with rdflib."""
    writer: Callable[..., Graph] = import_string(f"ogc_api.records.dcat.{name}")
    return writer


def _form(request: HttpRequest) -> Format:
    if request.GET.get("f"):
        return negotiate(request, tuple(FORMS.values()))
    if wants_html(request):  # a browser that follows an IRI of the catalogue
        return FORMS["json-ld"]
    return negotiate(request, tuple(FORMS.values()))
