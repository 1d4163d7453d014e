"""Search by name, over HTTP."""

import pytest
from django.contrib.gis.geos import LineString, MultiLineString, Point

from layers.streets.models import Street
from layers.tourism.models import TourismObject

pytestmark = pytest.mark.usefixtures("city_of_jelgava")


def find(client, words, language="en", **parameters):
    response = client.get("/api/v1/search", {"q": words, **parameters}, headers={"Accept-Language": language})
    assert response.status_code == 200, response.content
    return response.json()["results"]


def sight(name, lon=23.727, lat=56.651, **fields):
    return TourismObject.objects.create(name_lv=name, geometry=Point(lon, lat), **fields)


@pytest.mark.parametrize("words", ["Trisvienibas torn", "bokštas", "BOKSTAS", "  holy   tower "])
@pytest.mark.parametrize(
    ("language", "name"), [("lt", "Švč. Trejybės bažnyčios bokštas"), ("en", "Holy Trinity Church Tower")]
)
def test_any_languages_name_finds_and_the_readers_is_shown(client, tower, words, language, name):
    (found,) = find(client, words, language)
    assert found == {
        "layer": "tourism",
        "layer_title": {"lt": "Turizmas", "en": "Tourism"}[language],
        "id": tower.pk,
        "name": name,
        "category": "viewpoint",
        "address": "Akadēmijas iela 1",
        "lon": 23.729,
        "lat": 56.6519,
        "distance_m": None,
    }


def test_a_name_that_begins_so_comes_before_one_that_holds_it(client, db):
    for name in ("Vecpilsētas māja", "Jelgavas pils", "Pils sala"):
        sight(name)
    assert [found["name"] for found in find(client, "pils")] == ["Pils sala", "Jelgavas pils", "Vecpilsētas māja"]


def test_of_equals_the_nearer_comes_first_with_its_distance(client, db):
    sight("Pils tālu", lat=56.661)
    sight("Pils tuvu", lat=56.652)
    near, far = find(client, "pils", near="23.727,56.651")
    assert (near["name"], far["name"]) == ("Pils tuvu", "Pils tālu")
    # A degree of latitude is 111.36 km at 56.65 degrees north (WGS 84).
    assert near["distance_m"] == pytest.approx(111.36, abs=1)
    assert far["distance_m"] == pytest.approx(1113.6, abs=2)


def test_a_street_of_many_pieces_is_found_once(client, db):
    for n in range(4):
        piece = MultiLineString(LineString((23.72 + n / 100, 56.65), (23.73 + n / 100, 56.65)), srid=4326)
        Street.objects.create(name_lv="Lielā iela", geometry=piece)
    (found,) = find(client, "liela", near="23.755,56.65")
    assert found["distance_m"] < 700


@pytest.mark.parametrize("words", ["%", "_", "\\", "'; --", "%tower%"])
def test_signs_stand_for_themselves(client, tower, words):
    assert find(client, words) == []


def test_there_is_a_limit(client, db):
    for n in range(5):
        sight(f"Pils {n}")
    assert len(find(client, "pils", limit=3)) == 3


def test_drafts_and_staff_layers_are_not_found(client, db):
    sight("Pils", status="draft")
    assert find(client, "pils") == []


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"q": ""}, "q"),
        ({"q": "x" * 101}, "q"),
        ({"q": "pils", "limit": 51}, "limit"),
        ({"q": "pils", "near": "here"}, "near"),
        ({"q": "pils", "near": "23.7,156.6"}, "near"),
        ({"q": "pils", "near": "nan,nan"}, "near"),
        ({"q": "pils", "near": "1,2,3"}, "near"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_by_its_field(client, db, parameters, field):
    response = client.get("/api/v1/search", parameters)
    assert response.status_code == 400
    assert field in response.json()["fields"]


def test_nothing_follows_a_null_byte(client, db):
    assert client.get("/api/v1/search", {"q": "pi\x00ls"}).status_code in (200, 400)
