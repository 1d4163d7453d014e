"""Labels: the signed token, its revocation, the page it opens, and what Bluetooth beacons resolve to."""

import base64
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest

from gis_platform.core import clock
from gis_platform.core.errors import InvalidInput
from layers.places import services, signals
from layers.places.labels import SIGNATURE_BYTES, Label, read_token, token_of
from layers.places.models import Beacon
from tests.people import a_beacon, a_place


@pytest.mark.parametrize("label", [Label(beacon_id=1, generation=1), Label(beacon_id=2**63 - 1, generation=32_767)])
def test_a_token_says_what_was_signed(label):
    assert read_token(token_of(label)) == label


def test_a_token_is_short_enough_for_a_small_qr_code():
    # 9 bytes of signature, 4 of content (beacon below 65,536): 13 bytes are 18 characters of base64url.
    assert len(token_of(Label(beacon_id=65_535, generation=1))) == 18


def test_no_changed_bit_goes_unnoticed():
    token = token_of(Label(beacon_id=7, generation=1))
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        assert read_token(base64.urlsafe_b64encode(changed).decode().rstrip("=")) is None


UNSIGNED = base64.urlsafe_b64encode(b"\0" * SIGNATURE_BYTES).decode()


@pytest.mark.parametrize("token", ["", "x", "AAAA", "š" * 18, "A" * 500, UNSIGNED])
def test_garbage_is_no_label(token):
    assert read_token(token) is None


def test_another_key_signs_another_token(settings):
    token = token_of(Label(beacon_id=7, generation=1))
    settings.SECRET_KEY = "another key " * 5
    assert read_token(token) is None


@pytest.mark.django_db
class TestLabelsOfBeacons:
    def test_a_label_resolves_to_its_beacon(self):
        beacon = a_beacon()
        assert services.resolve(services.label_token(beacon)) == beacon

    def test_scanning_it_opens_the_page_of_the_place_with_the_label(self, client):
        beacon = a_beacon()
        token = services.label_token(beacon)
        assert services.label_url(beacon).endswith(f"/q/{token}")
        response = client.get(f"/q/{token}")
        assert (response.status_code, response["Location"]) == (302, f"/places/places/{beacon.place_id}/?label={token}")

    def test_a_forged_label_is_refused(self, client):
        with pytest.raises(services.LabelForged):
            services.resolve(services.label_token(a_beacon())[:-1] + "_")
        assert client.get("/q/forged").status_code == 400

    def test_a_new_print_ends_the_old_ones_and_no_other_label(self):
        beacon, other = a_beacon(), a_beacon()
        old, untouched = services.label_token(beacon), services.label_token(other)
        services.revoke_prints(beacon, actor="user:1")
        with pytest.raises(services.LabelRevoked, match="scan the new one"):
            services.resolve(old)
        assert services.resolve(services.label_token(beacon)) == beacon
        assert services.resolve(untouched) == other

    def test_a_revoked_beacon_and_a_hidden_place_are_refused(self):
        revoked, hidden = a_beacon(), a_beacon(a_place(status="draft"))
        closed = a_beacon(a_place(valid_to=clock.now() - timedelta(seconds=1)))
        services.revoke_beacon(revoked, actor="user:1")
        for beacon in (revoked, hidden, closed):
            with pytest.raises(services.LabelRevoked):
                services.resolve(services.label_token(beacon))

    def test_a_revocation_keeps_its_time(self):
        beacon = a_beacon()
        services.revoke_beacon(beacon, actor="user:1")
        first = beacon.revoked_at
        services.revoke_beacon(beacon, actor="user:1")
        assert beacon.revoked_at == first <= clock.now()

    def test_the_print_is_a_qr_code_as_svg(self):
        root = ET.fromstring(services.label_svg(a_beacon()))
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert root.find("{http://www.w3.org/2000/svg}path") is not None


@pytest.mark.django_db
class TestSignals:
    UUID = "F7826DA64FA24E988024BC5B71E0893E"

    def test_an_ibeacon_resolves_however_it_is_spelt(self, client):
        beacon = a_beacon(technology="ibeacon", identifier=f"{self.UUID}/7/12")
        spelt = "f7826da6-4fa2-4e98-8024-bc5b71e0893e/7/12"
        response = client.get("/api/v1/beacons/resolve", {"technology": "ibeacon", "identifier": spelt})
        assert response.json()["beacon"] == beacon.pk
        assert response.json()["page"] == f"/places/places/{beacon.place_id}/"

    def test_an_ibeacon_resolves_however_an_editor_wrote_it(self):
        beacon = a_beacon(technology="ibeacon", identifier="f7826da6-4fa2-4e98-8024-bc5b71e0893e/7/12")
        assert signals.resolve_signal("ibeacon", f"{self.UUID}/7/12") == beacon

    def test_an_eddystone_uid_resolves(self):
        identifier = "EDD1EBEAC04E5DEFA017/0BDB87539B67"
        beacon = a_beacon(technology="eddystone-uid", identifier=identifier)
        assert signals.resolve_signal("eddystone-uid", identifier.lower()) == beacon

    @pytest.mark.parametrize(
        ("technology", "identifier", "field"),
        [
            ("ibeacon", UUID, "identifier"),
            ("ibeacon", f"{UUID}/65536/1", "identifier"),
            ("eddystone-uid", "EDD1/1", "identifier"),
            ("qr", "x", "technology"),
            ("smoke", "x", "technology"),
        ],
    )
    def test_what_is_no_identifier_is_refused_and_says_how_to_write_one(self, technology, identifier, field):
        with pytest.raises(InvalidInput) as refusal:
            signals.resolve_signal(technology, identifier)
        assert field in refusal.value.fields

    def test_an_unknown_beacon_and_a_missing_question_are_problems(self, client):
        response = client.get("/api/v1/beacons/resolve", {"technology": "ibeacon", "identifier": f"{self.UUID}/1/1"})
        assert (response.status_code, response.json()["code"]) == (404, "beacon-unknown")
        response = client.get("/api/v1/beacons/resolve", {"technology": "ibeacon"})
        assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
        assert list(response.json()["fields"]) == ["identifier"]

    def test_a_revoked_beacon_is_unknown(self):
        a_beacon(technology="ibeacon", identifier=f"{self.UUID}/1/1", revoked_at=clock.now())
        assert Beacon.objects.count() == 1
        with pytest.raises(signals.BeaconUnknown):
            signals.resolve_signal("ibeacon", f"{self.UUID}/1/1")
