"""DCAT-AP 3.0: each mandatory property asked for by SPARQL, with the clause of the profile that demands it.

Source: DCAT-AP 3.0.0 (SEMIC, https://semiceu.github.io/DCAT-AP/releases/3.0.0/), tables "Mandatory properties".
"""

import pytest
from django.urls import resolve
from people import a_user
from rdflib import DCAT, DCTERMS, RDF, Graph, URIRef

from gis_platform.identity.roles import Role
from layers import catalog

pytestmark = pytest.mark.django_db

PREFIXES = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
# What each class must have (profile, "Main Entities" and "Supportive Entities").
MANDATORY = [
    ("dcat:Catalog", "dct:title"),
    ("dcat:Catalog", "dct:description"),
    ("dcat:Catalog", "dct:publisher/foaf:name"),
    ("dcat:Catalog", "dcat:dataset"),
    ("dcat:Dataset", "dct:title"),
    ("dcat:Dataset", "dct:description"),
    ("dcat:Distribution", "dcat:accessURL"),
    ("dcat:DataService", "dct:title"),
    ("dcat:DataService", "dcat:endpointURL"),
    ("foaf:Agent", "foaf:name"),
    ("skos:ConceptScheme", "dct:title"),
    ("skos:Concept", "skos:prefLabel"),
]
# What the portals ask for beyond that (profile, "Recommended properties"; data.gov.lv and data.gov.lt demand them).
RECOMMENDED = [
    ("dcat:Catalog", "dct:language"),
    ("dcat:Catalog", "dct:license"),
    ("dcat:Catalog", "dcat:service"),
    ("dcat:Catalog", "dcat:themeTaxonomy"),
    ("dcat:Catalog", "foaf:homepage"),
    ("dcat:Dataset", "dcat:contactPoint/vcard:fn"),
    ("dcat:Dataset", "dcat:distribution"),
    ("dcat:Dataset", "dcat:keyword"),
    ("dcat:Dataset", "dcat:theme"),
    ("dcat:Dataset", "dct:publisher"),
    ("dcat:Dataset", "dct:accessRights"),
    ("dcat:Dataset", "dct:accrualPeriodicity"),
    ("dcat:Dataset", "dct:identifier"),
    ("dcat:Distribution", "dct:license"),
    ("dcat:Distribution", "dcat:mediaType"),
    ("dcat:DataService", "dcat:servesDataset"),
    ("dcat:DataService", "dcat:endpointDescription"),
]
FORMS = {
    "jsonld": ("application/ld+json", "json-ld"),
    "ttl": ("text/turtle", "turtle"),
    "rdf": ("application/rdf+xml", "xml"),
}


@pytest.fixture
def graph(client, castle) -> Graph:
    return Graph().parse(data=client.get("/ogc/dcat", {"f": "ttl"}).content, format="turtle")


@pytest.mark.parametrize(("kind", "path"), MANDATORY + RECOMMENDED)
def test_every_one_has_what_the_profile_asks(graph, kind, path):
    lacking = list(
        graph.query(f"{PREFIXES} SELECT ?it WHERE {{ ?it a {kind} FILTER NOT EXISTS {{ ?it {path} ?value }} }}")
    )
    assert list(graph.query(f"{PREFIXES} SELECT ?it WHERE {{ ?it a {kind} }}"))
    assert lacking == []


@pytest.mark.parametrize(
    ("path", "vocabulary"),
    [
        ("dcat:theme", "data-theme"),
        ("dct:accrualPeriodicity", "frequency"),
        ("dct:language", "language"),
        ("dct:accessRights", "access-right"),
        ("dcat:distribution/dct:format", "file-type"),
    ],
)
def test_words_come_from_the_vocabularies_of_the_eu(graph, path, vocabulary):
    values = {
        str(row[0]) for row in graph.query(f"{PREFIXES} SELECT DISTINCT ?v WHERE {{ ?it a dcat:Dataset; {path} ?v }}")
    }
    assert values
    assert all(value.startswith(f"http://publications.europa.eu/resource/authority/{vocabulary}/") for value in values)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own JSON-LD parser
@pytest.mark.parametrize(("form", "expected"), FORMS.items())
def test_the_three_forms_say_the_same(client, graph, form, expected):
    media_type, parser = expected
    response = client.get("/ogc/dcat", {"f": form})
    assert response["Content-Type"].startswith(media_type)
    assert Graph().parse(data=response.content, format=parser).isomorphic(graph)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/turtle", "text/turtle; charset=utf-8"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("*/*", "application/ld+json"),
        ("text/html,application/xhtml+xml;q=0.9", "application/ld+json"),
        ("application/rdf+xml;q=0.5, text/turtle", "text/turtle; charset=utf-8"),
    ],
)
def test_the_form_follows_accept(client, accept, expected, city_of_jelgava):
    response = client.get("/ogc/dcat", headers={"Accept": accept})
    assert response["Content-Type"] == expected
    assert "Accept" in response["Vary"]


def test_a_form_that_is_not_offered_is_refused(client, city_of_jelgava):
    assert client.get("/ogc/dcat", headers={"Accept": "image/png"}).status_code == 406
    assert client.get("/ogc/dcat", {"f": "n3"}).status_code == 400


def test_only_public_layers_are_told_whoever_asks(client, city_of_jelgava):
    client.force_login(a_user(Role.PLANNER))
    graph = Graph().parse(data=client.get("/ogc/dcat", {"f": "ttl"}).content, format="turtle")
    told = {str(dataset).rpartition("/")[2] for dataset in graph.subjects(RDF.type, DCAT.Dataset)}
    assert told == {spec.id for spec in catalog.layers() if spec.access == "public"}
    assert client.get("/ogc/dcat/beacons").status_code == 404


def test_names_are_stable_and_lead_to_the_data_set(client, castle, settings):
    settings.PUBLIC_URL = "https://data.jelgava.example"
    here = URIRef("https://data.jelgava.example/ogc/dcat/tourism")
    graph = Graph().parse(data=client.get("/ogc/dcat/tourism", {"f": "ttl"}).content, format="turtle")
    assert (here, RDF.type, DCAT.Dataset) in graph
    assert {text.language for text in graph.objects(here, DCTERMS.title)} == {"lv", "lt", "en"}


def test_every_distribution_has_an_address_here(client, castle):
    graph = Graph().parse(data=client.get("/ogc/dcat/tourism", {"f": "ttl"}).content, format="turtle")
    ways = list(graph.objects(None, DCAT.accessURL))
    assert len(ways) >= 6
    for url in ways:
        assert resolve("/ogc/" + str(url).partition("/ogc/")[2]).kwargs["layer_id"] == "tourism"
