"""Each wrong thing that is shown at a till or a place has its own code, and its own sentence in three languages."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from gis_platform.core import clock
from gis_platform.residents import phones, rotating, services
from gis_platform.residents.models import Means
from layers.places.services import label_url
from tests.flows.steps import sign_in
from tests.flows.test_a_check_in import check_in, scan
from tests.people import LIBRARY, PASSWORD, a_beacon, a_device, a_resident, a_user, device_header, north_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_of_jelgava")]
NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
LANGUAGES = ("lv", "lt", "en")


@pytest.fixture
def given():
    with clock.frozen(NOON):
        return phones.add_phone(a_resident(), actor="user:1", label="Anna's phone")


def code_at(given, at, **of):
    return rotating.code_of(base64.b64decode(given.secret), at, **{"card": given.card} | of)


def expired(given):
    return code_at(given, NOON - timedelta(minutes=10))


def of_another_city(given):
    return code_at(given, NOON, city="siauliai")


def forged(given):
    return rotating.code_of(bytes(32), NOON, card=given.card)


def two_minutes_ahead(given):
    return code_at(given, NOON + timedelta(minutes=2))


def revoked(given):
    services.block_means(Means.objects.get(pk=given.means_id), actor="user:1")
    return code_at(given, NOON)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (expired, "code-expired"),
        (of_another_city, "code-of-another-city"),
        (forged, "code-forged"),
        (two_minutes_ahead, "code-clock-off"),
        (revoked, "means-blocked"),
    ],
)
def test_a_wrong_code_at_a_till(given, wrong, code):
    header, body = device_header(a_device("till")), {"kind": "qr", "token": wrong(given)}
    said = {}
    with clock.frozen(NOON):
        for language in LANGUAGES:
            client = Client(headers={"Accept-Language": language})
            said[language] = client.post("/api/v1/identify", body, content_type="application/json", **header).json()
    assert [said[language]["code"] for language in LANGUAGES] == [code] * 3
    assert len({said[language]["detail"] for language in LANGUAGES} - {""}) == 3


def test_the_right_code_is_none_of_them(given):
    header, body = device_header(a_device("till")), {"kind": "qr", "token": code_at(given, NOON)}
    with clock.frozen(NOON):
        said = Client().post("/api/v1/identify", body, content_type="application/json", **header).json()
    assert (said["identified"], said["code"]) == (True, "")


def test_a_label_that_was_copied_to_a_place_5_km_away(phone):
    a_resident(user=a_user(username="anna", password=PASSWORD))
    sign_in(phone, "anna")
    label, advice = scan(phone, label_url(a_beacon())), set()
    for language in LANGUAGES:
        phone.defaults["HTTP_ACCEPT_LANGUAGE"] = language
        phone.cookies.pop("django_language", None)
        said = check_in(phone, label, at=north_of(LIBRARY, 5_000), key=f"scan-{language}").json()
        assert (said["decision"], said["reasons"][0]["code"], said["points"]) == ("refused", "label-copied", 0)
        advice.add(said["reasons"][0]["advice"])
    assert len(advice - {""}) == 3
