"""Which format a request gets: f decides, else Accept with its weights, else GeoJSON."""

import pytest
from django.test import RequestFactory

from ogc_api.formats.negotiation import NotAcceptable, negotiate
from ogc_api.formats.offered import ITEMS
from ogc_api.parameters import InvalidParameter

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


def chosen(accept=None, **query):
    headers = {} if accept is None else {"Accept": accept}
    return negotiate(RequestFactory().get("/", query, headers=headers)).name


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        (None, "json"),
        ("", "json"),
        ("*/*", "json"),
        (BROWSER, "html"),
        ("application/geo+json, application/json", "json"),  # QGIS and GDAL
        ("application/json", "json"),
        ("application/vnd.ogc.fg+json", "jsonfg"),
        ("text/csv", "csv"),
        ("text/*", "html"),
        ("text/csv;q=0.5, application/flatgeobuf;q=0.9", "fgb"),
        ("application/geo+json;q=0.2, text/csv;q=0.3, text/html;q=0.1", "csv"),
        ("text/html;q=0, text/*", "csv"),  # refused by name, whatever else matches
        ("application/geo+json;q=0, application/json;q=0, application/*", "jsonfg"),
        ("*/*;q=0.1, application/vnd.apache.parquet", "parquet"),
        ("text/csv;charset=utf-8", "csv"),
        ("text/csv;q=nonsense", "csv"),
    ],
)
def test_accept_is_weighed(accept, name):
    assert chosen(accept) == name


@pytest.mark.parametrize("known", ITEMS, ids=lambda known: known.name)
def test_every_format_is_had_by_name_and_by_media_type(known):
    assert {chosen("text/plain", f=name) for name in known.names} == {known.name}
    assert chosen(known.media_type) == known.name


@pytest.mark.parametrize("accept", ["image/png", "application/gml+xml;version=3.2", "text/html;q=0", "nonsense"])
def test_what_cannot_be_had_is_refused_with_what_can(accept):
    with pytest.raises(NotAcceptable) as refused:
        chosen(accept)
    assert refused.value.status == 406
    assert refused.value.data["acceptable"] == [known.media_type for known in ITEMS]


def test_an_unknown_f_is_a_wrong_parameter():
    with pytest.raises(InvalidParameter, match="json, jsonfg, html, csv"):
        chosen(f="gml")
