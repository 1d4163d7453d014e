"""The catalogue as RDF by DCAT-AP 3.0, for data.gov.lv, data.gov.lt and data.europa.eu.

Its IRIs begin with PUBLIC_URL and not with the address that was asked, so that a portal finds the same data set again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from rdflib import DCAT, DCTERMS, FOAF, RDF, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef
from shapely import box

from gis_platform.core.crs import Box
from layers.catalog import LayerSpec
from ogc_api.records.distributions import SPECIFICATIONS, Distribution, distributions
from ogc_api.records.facts import LayerFacts
from ogc_api.records.vocabularies import AUTHORITY, COUNTRIES, DATA_THEMES, IANA, LANGUAGES, LICENCES, licence_of

ADMS = Namespace("http://www.w3.org/ns/adms#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
GEOSPARQL = Namespace("http://www.opengis.net/ont/geosparql#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
LOCAL_AUTHORITY = URIRef("http://purl.org/adms/publishertype/LocalAuthority")
PUBLIC = URIRef(f"{AUTHORITY}/access-right/PUBLIC")
STABLE = URIRef(f"{AUTHORITY}/planned-availability/STABLE")
TITLE, SUBTITLE = _("open data of the city"), _("Every layer of the city's spatial model, by the OGC API standards.")

type Facts = Mapping[str, LayerFacts]


def catalogue_graph(specs: Sequence[LayerSpec], facts: Facts) -> Graph:
    graph = _empty()
    here = _catalogue(graph, facts)
    for service in _services(graph):
        graph.add((here, DCAT.service, service))
    for spec in specs:
        graph.add((here, DCAT.dataset, _dataset(graph, spec, facts[spec.id])))
        for way in distributions(spec):
            if way.service:
                graph.add((_service_iri(way.service), DCAT.servesDataset, _dataset_iri(spec)))
    return graph


def dataset_graph(spec: LayerSpec, facts: LayerFacts) -> Graph:
    """One data set with all that it refers to here."""
    graph = _empty()
    _dataset(graph, spec, facts)
    _services(graph, *{way.service for way in distributions(spec)})
    return graph


def _empty() -> Graph:
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in (
        *(("dcat", DCAT), ("dct", DCTERMS), ("foaf", FOAF), ("xsd", XSD), ("skos", SKOS)),
        *(("adms", ADMS), ("dcatap", DCATAP), ("geosparql", GEOSPARQL), ("vcard", VCARD)),
    ):
        graph.bind(prefix, namespace)
    return graph


def _catalogue(graph: Graph, facts: Facts) -> URIRef:
    here = URIRef(f"{_window()}/dcat")
    city = settings.CITY
    graph.add((here, RDF.type, DCAT.Catalog))
    for language in city.languages:
        with override(language):
            graph.add((here, DCTERMS.title, Literal(f"{city.name}: {TITLE}", lang=language)))
            graph.add((here, DCTERMS.description, Literal(str(SUBTITLE), lang=language)))
    graph.add((here, DCTERMS.publisher, _publisher(graph)))
    graph.add((here, DCTERMS.license, _licence(graph, LICENCES["CC-BY-4.0"].iri)))
    graph.add((here, DCTERMS.spatial, URIRef(f"{AUTHORITY}/country/{COUNTRIES[city.country]}")))
    graph.add((URIRef(f"{AUTHORITY}/country/{COUNTRIES[city.country]}"), RDF.type, DCTERMS.Location))
    graph.add((here, DCTERMS.spatial, _place(graph, city.bounds)))
    graph.add((here, FOAF.homepage, _typed(graph, f"{_window()}/", FOAF.Document)))
    graph.add((here, DCAT.themeTaxonomy, _scheme(graph)))
    _say_languages(graph, here, city.languages)
    _say_times(graph, here, _first(facts), _last(facts))
    return here


def _dataset(graph: Graph, spec: LayerSpec, facts: LayerFacts) -> URIRef:
    here = _dataset_iri(spec)
    graph.add((here, RDF.type, DCAT.Dataset))
    graph.add((here, DCTERMS.identifier, Literal(str(here), datatype=XSD.anyURI)))
    for language in settings.CITY.languages:
        with override(language):
            graph.add((here, DCTERMS.title, Literal(str(spec.title), lang=language)))
            graph.add((here, DCTERMS.description, Literal(str(spec.description or spec.title), lang=language)))
            for word in spec.keywords or (spec.title,):
                graph.add((here, DCAT.keyword, Literal(str(word), lang=language)))
    graph.add((here, DCTERMS.publisher, _publisher(graph)))
    graph.add((here, DCAT.contactPoint, _contact(graph, spec)))
    graph.add((here, DCAT.theme, _concept(graph, f"{DATA_THEMES}/{spec.theme}")))
    graph.add((here, DCTERMS.accessRights, _typed(graph, PUBLIC, DCTERMS.RightsStatement)))
    frequency = _typed(graph, f"{AUTHORITY}/frequency/{spec.frequency}", DCTERMS.Frequency)
    graph.add((here, DCTERMS.accrualPeriodicity, frequency))
    graph.add((here, DCAT.landingPage, _typed(graph, _page_url(spec), FOAF.Document)))
    if facts.box:
        graph.add((here, DCTERMS.spatial, _place(graph, facts.box)))
    if facts.timed and (facts.starts or facts.ends):
        graph.add((here, DCTERMS.temporal, _period(graph, facts)))
    _say_languages(graph, here, settings.CITY.languages if spec.named else settings.CITY.languages[:1])
    _say_times(graph, here, facts.created, facts.updated)
    for way in distributions(spec):
        graph.add((here, DCAT.distribution, _distribution(graph, spec, way, facts)))
    return here


def _distribution(graph: Graph, spec: LayerSpec, way: Distribution, facts: LayerFacts) -> URIRef:
    here = URIRef(f"{_dataset_iri(spec)}#{way.key}")
    url = URIRef(_window() + way.path)
    graph.add((here, RDF.type, DCAT.Distribution))
    _say(graph, here, DCTERMS.title, way.title)
    _say(graph, here, DCTERMS.description, f"{spec.title}: {way.title}")
    graph.add((here, DCAT.accessURL, url))
    graph.add((here, DCAT.mediaType, _typed(graph, f"{IANA}/{way.media_type}", DCTERMS.MediaType)))
    graph.add((here, DCTERMS.license, _licence(graph, licence_of(spec.licence, explained_at=_page_url(spec)).iri)))
    graph.add((here, DCATAP.availability, _concept(graph, STABLE)))
    if way.file_type:
        file_type = _typed(graph, f"{AUTHORITY}/file-type/{way.file_type}", DCTERMS.MediaTypeOrExtent)
        graph.add((here, DCTERMS["format"], file_type))
    if way.service:
        graph.add((here, DCAT.accessService, _service_iri(way.service)))
        graph.add((here, DCTERMS.conformsTo, _typed(graph, SPECIFICATIONS[way.service], DCTERMS.Standard)))
    else:
        graph.add((here, DCAT.downloadURL, url))
    _say_times(graph, here, None, facts.updated)
    return here


def _services(graph: Graph, *keys: str) -> list[URIRef]:
    """Those of the keys, or all."""
    return [_service(graph, key) for key in SPECIFICATIONS if not keys or key in keys]


def _service(graph: Graph, key: str) -> URIRef:
    here = _service_iri(key)
    url = f"{_window()}/edr/" if key == "edr" else f"{_window()}/"
    graph.add((here, RDF.type, DCAT.DataService))
    _say(graph, here, DCTERMS.title, f"{settings.CITY.name}: OGC API ({key})")
    _say(graph, here, DCTERMS.description, SUBTITLE)
    _say(graph, here, DCAT.keyword, f"OGC API {key}")
    graph.add((here, DCAT.theme, _concept(graph, f"{DATA_THEMES}/REGI")))
    graph.add((here, DCAT.endpointURL, URIRef(url)))
    graph.add((here, DCAT.endpointDescription, URIRef(f"{_window()}/openapi?f=json")))
    graph.add((here, DCTERMS.conformsTo, _typed(graph, SPECIFICATIONS[key], DCTERMS.Standard)))
    graph.add((here, DCTERMS.license, _licence(graph, LICENCES["CC-BY-4.0"].iri)))
    graph.add((here, DCTERMS.accessRights, _typed(graph, PUBLIC, DCTERMS.RightsStatement)))
    graph.add((here, DCTERMS.publisher, _publisher(graph)))
    graph.add((here, DCAT.contactPoint, _contact(graph, None)))
    return here


def _publisher(graph: Graph) -> URIRef:
    here = URIRef(f"{_window()}/dcat#publisher")
    graph.add((here, RDF.type, FOAF.Agent))
    graph.add((here, FOAF.name, Literal(settings.CITY.name, lang=settings.CITY.language)))
    graph.add((here, FOAF.homepage, _typed(graph, settings.PUBLIC_URL, FOAF.Document)))
    graph.add((here, DCTERMS.type, _concept(graph, LOCAL_AUTHORITY)))
    return here


def _contact(graph: Graph, spec: LayerSpec | None) -> URIRef:
    """The keeper of a layer where it names one, else the city."""
    email = spec.contact if spec else ""
    here = URIRef(f"{_dataset_iri(spec)}#contact" if spec and email else f"{_window()}/dcat#contact")
    graph.add((here, RDF.type, VCARD.Organization))
    graph.add((here, RDF.type, VCARD.Kind))
    graph.add((here, VCARD.fn, Literal(settings.CITY.name)))
    graph.add((here, VCARD.hasURL, URIRef(settings.PUBLIC_URL)))
    if email:
        graph.add((here, VCARD.hasEmail, URIRef(f"mailto:{email}")))
    return here


def _place(graph: Graph, bounds: Box) -> BNode:
    here = BNode()
    graph.add((here, RDF.type, DCTERMS.Location))
    area = box(*bounds)
    graph.add((here, DCAT.bbox, Literal(area.wkt, datatype=GEOSPARQL.wktLiteral)))
    graph.add((here, DCAT.centroid, Literal(area.centroid.wkt, datatype=GEOSPARQL.wktLiteral)))
    return here


def _period(graph: Graph, facts: LayerFacts) -> BNode:
    here = BNode()
    graph.add((here, RDF.type, DCTERMS.PeriodOfTime))
    for predicate, at in ((DCAT.startDate, facts.starts), (DCAT.endDate, facts.ends)):
        if at:
            graph.add((here, predicate, _instant(at)))
    return here


def _scheme(graph: Graph) -> URIRef:
    here = _typed(graph, DATA_THEMES, SKOS.ConceptScheme)
    graph.add((here, DCTERMS.title, Literal("EU data themes", lang="en")))
    return here


def _concept(graph: Graph, iri: str) -> URIRef:
    here = _typed(graph, iri, SKOS.Concept)
    graph.add((here, SKOS.prefLabel, Literal(iri.rpartition("/")[2], lang="en")))
    return here


def _licence(graph: Graph, iri: str) -> URIRef:
    return _typed(graph, iri, DCTERMS.LicenseDocument)


def _typed(graph: Graph, iri: str, kind: URIRef) -> URIRef:
    here = URIRef(iri)
    graph.add((here, RDF.type, kind))
    return here


def _say(graph: Graph, here: URIRef, predicate: URIRef, text: str | Promise) -> None:
    graph.add((here, predicate, Literal(str(text), lang=settings.CITY.language)))


def _say_languages(graph: Graph, here: URIRef, languages: Sequence[str]) -> None:
    for language in languages:
        iri = _typed(graph, f"{AUTHORITY}/language/{LANGUAGES[language]}", DCTERMS.LinguisticSystem)
        graph.add((here, DCTERMS.language, iri))


def _say_times(graph: Graph, here: URIRef, issued: datetime | None, modified: datetime | None) -> None:
    for predicate, at in ((DCTERMS.issued, issued), (DCTERMS.modified, modified)):
        if at:
            graph.add((here, predicate, _instant(at)))


def _instant(at: datetime) -> Literal:
    return Literal(at.replace(microsecond=0), datatype=XSD.dateTime)


def _first(facts: Facts) -> datetime | None:
    return min((known.created for known in facts.values() if known.created), default=None)


def _last(facts: Facts) -> datetime | None:
    return max((known.updated for known in facts.values() if known.updated), default=None)


def _dataset_iri(spec: LayerSpec) -> URIRef:
    return URIRef(f"{_window()}/dcat/{spec.id}")


def _service_iri(key: str) -> URIRef:
    return URIRef(f"{_window()}/dcat#service-{key}")


def _page_url(spec: LayerSpec) -> str:
    return f"{_window()}/collections/{spec.id}?f=html"


def _window() -> str:
    return f"{settings.PUBLIC_URL.rstrip('/')}/ogc"
