"""Beacons of every kind lead to their place, rotating ones too."""

from datetime import UTC, datetime, timedelta

import pytest

from gis_platform.core import clock
from gis_platform.core.errors import InvalidInput
from layers.places.eid import eid
from layers.places.models import RotatingKey
from layers.places.ndef import uri_message
from layers.places.services import LabelForged, label_url, revoke_beacon
from layers.places.signals import BeaconUnknown, resolve_signal
from tests.people import a_beacon

KEY = "0102030405060708090A111213141516"
START = datetime(2026, 9, 1, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("time_s", "expected"),
    # From the tests of github.com/RadiusNetworks/ephemeral_calc: this key, exponent 10, at the start and 2000 s on.
    [(0, "A9B76A71C5F89290"), (1023, "A9B76A71C5F89290"), (2000, "4144413E45FEFA58")],
)
def test_an_identifier_is_the_published_one(time_s, expected):
    assert eid(bytes.fromhex(KEY), time_s=time_s, exponent=10).hex().upper() == expected


def test_the_temporary_key_changes_with_the_upper_half_of_the_clock():
    # 65,535 and 65,536 s share no bit of the clock's upper half; with exponent 15 only that can differ from 2 turns on.
    assert eid(bytes(16), time_s=65_535, exponent=15) != eid(bytes(16), time_s=65_536, exponent=15)


@pytest.mark.parametrize(("key", "time_s", "exponent"), [(bytes(15), 0, 0), (bytes(16), -1, 0), (bytes(16), 0, 16)])
def test_what_no_beacon_can_have_is_refused(key, time_s, exponent):
    with pytest.raises(ValueError, match="16 bytes"):
        eid(key, time_s=time_s, exponent=exponent)


def test_an_address_is_written_to_a_tag_as_one_short_record():
    # NFC Forum, RTD URI 1.0: code 2 stands for "https://www."; D1 begins and ends a short record of a known type.
    assert uri_message("https://www.jelgava.lv").hex() == "d1010b5502" + b"jelgava.lv".hex()
    assert uri_message("tel:+371")[4] == 0


def test_an_address_beyond_a_tag_is_refused():
    with pytest.raises(ValueError, match="too long"):
        uri_message("https://" + "a" * 255)


@pytest.mark.django_db
class TestResolving:
    def test_a_rotating_identifier_is_known_in_its_turn_and_beside_it(self):
        beacon = a_beacon(technology="eddystone-eid")
        RotatingKey.objects.create(beacon=beacon, key=KEY, exponent=10, clock_began_at=START)
        found = {}
        for seconds in (0, 1500, 2500, 3000, 4200):
            with clock.frozen(START + timedelta(seconds=seconds)):
                try:
                    found[seconds] = resolve_signal("eddystone-eid", "4144413e45fefa58") == beacon
                except BeaconUnknown:
                    found[seconds] = False
        # The identifier is that of 1024 to 2047 s; a turn before and after it still counts.
        assert found == {0: True, 1500: True, 2500: True, 3000: True, 4200: False}

    def test_the_key_is_not_readable_in_the_database(self, django_assert_num_queries):
        beacon = a_beacon(technology="eddystone-eid")
        RotatingKey.objects.create(beacon=beacon, key=KEY, clock_began_at=START)
        raw = RotatingKey.objects.extra(select={"raw": "encode(key, 'hex')"}).get().raw
        assert KEY.encode().hex() not in raw
        assert RotatingKey.objects.get().key == KEY

    def test_a_revoked_one_is_unknown(self):
        beacon = a_beacon(technology="altbeacon", identifier="0" * 40)
        assert resolve_signal("altbeacon", "0" * 40) == beacon
        revoke_beacon(beacon, actor="user:1")
        with pytest.raises(BeaconUnknown):
            resolve_signal("altbeacon", "0" * 40)

    def test_an_address_leads_by_its_label_or_by_itself(self):
        beacon = a_beacon(technology="eddystone-url", identifier="https://jelgava.lv/b1")
        assert resolve_signal("eddystone-url", "https://jelgava.lv/b1") == beacon
        assert resolve_signal("eddystone-url", label_url(beacon)) == beacon
        with pytest.raises(LabelForged):
            resolve_signal("eddystone-url", "https://jelgava.lv/q/forged")

    @pytest.mark.parametrize(
        ("technology", "identifier", "field"),
        [
            ("altbeacon", "0" * 39, "identifier"),
            ("eddystone-eid", "xyz", "identifier"),
            ("eddystone-url", "ftp://a", "identifier"),
            ("wifi", "a", "technology"),
        ],
    )
    def test_what_no_beacon_sends_is_named(self, technology, identifier, field):
        with pytest.raises(InvalidInput) as refusal:
            resolve_signal(technology, identifier)
        assert list(refusal.value.fields) == [field]
