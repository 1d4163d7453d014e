"""Sheets of labels: what is printed can be read again, in the letters of both cities."""

import io

import pypdf
import pytest
from django.utils import translation

from layers.places.services import label_url
from layers.places.sheets import FORMATS, sheet
from tests.people import a_beacon, a_place

pytestmark = pytest.mark.django_db
LETTERS = "Šķūņu iela ģļž ėįąčų"


def pages(pdf):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize(("name", "per_page"), [("door", 1), ("desk", 4), ("wall", 8), ("small", 21)])
def test_every_label_is_on_a_page_with_its_name_and_number(name, per_page):
    beacon = a_beacon(a_place(name_lv=LETTERS, name_lt=LETTERS, name_en=LETTERS, code="A-17"))
    found = pages(sheet([beacon] * (per_page + 1), FORMATS[name]))
    assert len(found) == 2
    assert found[0].count("A-17") == per_page
    assert LETTERS.split()[0] in found[1]


def test_it_speaks_the_language_of_whoever_prints():
    beacon = a_beacon(a_place(name_lv="Bibliotēka", name_lt="Biblioteka"))
    with translation.override("lt"):
        assert "Biblioteka" in pages(sheet([beacon], FORMATS["wall"]))[0]


def test_a_name_too_long_is_shortened_and_stays_on_its_label():
    beacon = a_beacon(a_place(name_lv="Ļoti gara vieta " * 18, name_lt="", name_en=""))
    assert "…" in pages(sheet([beacon], FORMATS["small"]))[0]


def test_no_labels_make_an_empty_page():
    assert pages(sheet([], FORMATS["wall"])) == [""]


def test_the_address_is_that_of_the_label():
    assert "/q/" in label_url(a_beacon())
