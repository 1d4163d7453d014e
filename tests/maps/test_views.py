"""The map page and the places' pages, as the server sends them."""

import json
import re

import pytest
from django.contrib.gis.geos import Point
from people import a_user

from layers.base.models import Photo
from layers.events.models import Event
from layers.places.models import Beacon
from layers.tourism.models import TourismObject

pytestmark = pytest.mark.usefixtures("city_of_jelgava")
HERE = Point(23.727, 56.651)


def page(client, path, language="en"):
    response = client.get(path, headers={"Accept-Language": language})
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


def start_of(html):
    return json.loads(re.search(r'<script id="city" type="application/json">(.*?)</script>', html, re.DOTALL).group(1))


def test_the_page_lists_the_places_for_those_without_a_script(client, tower, library):
    html = page(client, "/")
    assert f'href="/places/tourism/{tower.pk}/"' in html
    assert f'href="/places/places/{library.pk}/"' in html
    assert html.index("City library") < html.index("Holy Trinity Church Tower")  # by name


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("lv", "Svētās Trīsvienības baznīcas tornis"),
        ("lt", "Švč. Trejybės bažnyčios bokštas"),
        ("en", "Holy Trinity Church Tower"),
    ],
)
def test_the_reader_is_answered_in_their_language(client, tower, language, name):
    html = page(client, "/", language)
    assert f'<html lang="{language}">' in html
    assert name in html
    assert start_of(html)["language"] == language


@pytest.mark.parametrize("words", ["trisvienibas", "TREJYBĖS", "holy trin"])
def test_the_list_finds_by_a_name_in_any_language(client, tower, library, words):
    html = page(client, f"/?q={words}")
    assert "Holy Trinity" in html
    assert "City library" not in html


def test_the_list_says_when_nothing_was_found(client, tower):
    assert "Nothing was found for “&lt;b&gt;”." in page(client, "/?q=<b>")


def test_the_list_comes_in_pages(client, db):
    TourismObject.objects.bulk_create(TourismObject(name_lv=f"Vieta {n:02}", geometry=HERE) for n in range(60))
    first, second = page(client, "/"), page(client, "/?page=2")
    assert (first.count('class="entry"'), second.count('class="entry"')) == (50, 10)
    assert 'href="?page=2"' in first
    assert "page=3" not in second


@pytest.mark.parametrize("number", ["0", "-3", "x", "9" * 30, "²"])
def test_a_page_number_that_makes_no_sense_is_the_nearest_that_does(client, tower, number):
    assert client.get("/", {"page": number}).status_code == 200


def test_the_script_is_handed_the_layers_and_its_texts(client, tower, park):
    start = start_of(page(client, "/", "lv"))
    by_id = {layer["id"]: layer for layer in start["layers"]}
    assert by_id["tourism"]["kinds"]["museum"] == "Muzejs"
    assert by_id["tourism"]["listed"]
    assert not by_id["land_cover"]["listed"]
    assert "beacons" not in by_id  # staff only
    assert [layer["order"] for layer in start["layers"]] == sorted(layer["order"] for layer in start["layers"])
    assert start["texts"]["showMore"] == "Rādīt vairāk"
    assert [label["name"] for label in start["labels"]] == ["Raiņa parks"]
    assert 23.722 < start["labels"][0]["point"][0] < 23.726


def test_a_name_cannot_become_markup(client, db):
    evil = '</script><script>alert("x")</script><img src=x onerror=alert(1)>'
    place = TourismObject.objects.create(
        name_lv=evil, description_lv=evil, address=evil, website="javascript:alert(1)", geometry=HERE
    )
    for path in ("/", f"/places/tourism/{place.pk}/", f"/places/tourism/{place.pk}/card/"):
        html = page(client, path)
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert 'href="javascript:' not in html


@pytest.mark.parametrize("path", ["/", "/places/tourism/{id}/", "/sign-in/"])
def test_the_strict_policy_finds_nothing_inline(client, tower, path):
    response = client.get(path.format(id=tower.pk))
    html = response.content.decode()
    assert "script-src 'self';" in response["Content-Security-Policy"]
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", html)
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", html)
    assert all('type="application/json"' in attributes for attributes in inline)
    assert not re.search(r'(?:src|href)="(?:https?:)?//(?!www\.example\.org|creativecommons\.org)', html)


def test_a_places_page_says_everything_about_it(client, tower):
    Photo.objects.create(
        layer="tourism",
        feature_id=tower.pk,
        image="photos/tower.jpg",
        author="Anna Bērziņa",
        licence="CC-BY-SA-4.0",
        alternative_lv="Tornis no tirgus laukuma",
        alternative_en="The tower from the market square",
    )
    html = page(client, f"/places/tourism/{tower.pk}/")
    for part in (
        "<h1",
        "Viewpoint · Tourism",
        "Nine floors &amp; a view.",
        "Akadēmijas iela 1, LV-3001",
        'href="tel:+37163005445"',
        'href="https://www.example.org/tornis"',
        "Wheelchair accessible",
        "Tu-Su 10:00-18:00",
        'alt="The tower from the market square"',
        "Anna Bērziņa",
        'href="https://creativecommons.org/licenses/by-sa/4.0/"',
        "Source: Tourism centre",
        'href="geo:56.651900,23.729000',
        f'href="/#at=tourism/{tower.pk}"',
        "Švč. Trejybės bažnyčios bokštas",
    ):
        assert part in html, part


def test_the_card_is_the_same_without_the_page_around_it(client, tower):
    response = client.get(f"/places/tourism/{tower.pk}/card/")
    assert response.content.strip().startswith(b"<article")
    assert b"<h2" in response.content
    assert response["Cache-Control"] == "no-cache"


def test_an_event_says_when_in_local_time(client, db):
    event = Event.objects.create(
        name_en="Ice festival",
        starts_at="2027-02-05T16:00:00Z",
        ends_at="2027-02-05T20:30:00Z",
        organiser="City",
        geometry=HERE,
    )
    html = page(client, f"/places/events/{event.pk}/")
    assert "Feb. 5, 2027, 6 p.m. – 10:30 p.m." in html
    assert "Organiser" in html


def test_drafts_staff_layers_and_what_never_was_are_alike(client, tower, library):
    draft = TourismObject.objects.create(name_lv="Melnraksts", status="draft", geometry=HERE)
    beacon = Beacon.objects.create(place=library, technology="qr", geometry=HERE)
    paths = [
        f"/places/tourism/{draft.pk}/",
        f"/places/beacons/{beacon.pk}/",
        "/places/tourism/999999999/",
        f"/places/tourism/{2**63}/",
        f"/places/no_such_layer/{tower.pk}/",
    ]
    assert [client.get(path).status_code for path in paths] == [404] * len(paths)
    assert "Melnraksts" not in page(client, "/")


def test_the_language_switch_is_remembered(client, tower):
    client.post("/i18n/setlang/", {"language": "lt", "next": "/"})
    assert '<html lang="lt">' in client.get("/").content.decode()


def test_a_mixed_layer_shows_an_area_by_a_point_within_it(client, db):
    # An L whose centroid lies outside of it.
    corner = "POLYGON((23.72 56.64, 23.74 56.64, 23.74 56.66, 23.739 56.66, 23.739 56.641, 23.72 56.641, 23.72 56.64))"
    area = TourismObject.objects.create(name_lv="Stūris", geometry=corner)
    html = page(client, f"/places/tourism/{area.pk}/card/")
    longitude, latitude = (
        float(re.search(f'data-{name}="([0-9.]+)"', html).group(1)) for name in ("longitude", "latitude")
    )
    assert area.geometry.covers(Point(longitude, latitude, srid=4326))


def test_a_page_that_names_somebody_is_not_kept(client, tower):
    assert "private" not in client.get("/").get("Cache-Control", "")
    client.force_login(a_user())
    for path in ("/", f"/places/tourism/{tower.pk}/"):
        assert client.get(path)["Cache-Control"] == "private"
