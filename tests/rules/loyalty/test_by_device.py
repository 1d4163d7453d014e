"""Readers at places: a card shown there proves the visit, by itself or after a label that did not."""

from datetime import timedelta

import pytest

from gis_platform.core import clock
from rules.loyalty import services
from rules.loyalty.by_device import check_in_by_device, confirm_by_device
from rules.loyalty.errors import CheckInDecided, CheckInTooOld, DeviceElsewhere
from rules.loyalty.models import CheckIn
from rules.loyalty.points import held
from tests.people import a_beacon, a_device, a_place, a_resident

pytestmark = pytest.mark.django_db


@pytest.fixture
def library():
    return a_place()


@pytest.fixture
def desk(library):
    return a_device("library", place=library)


@pytest.fixture
def waiting(library):
    """A scan without a position."""
    record = services.book(a_resident(), beacon=a_beacon(library), fix=None)
    assert record.decision == "needs-stronger-proof"
    return record


def test_a_reader_checks_in_whom_it_has_recognised(desk):
    resident = a_resident()
    record = check_in_by_device(resident, desk)
    assert (record.decision, record.score, record.points, record.device) == ("accepted", 100, 10, desk)
    assert held(resident.handle).points == 10


def test_the_same_place_counts_once_within_the_hour(desk):
    resident = a_resident()
    check_in_by_device(resident, desk)
    record = check_in_by_device(resident, desk)
    assert (record.decision, record.reasons, record.points) == ("refused", ["already-here"], 0)


def test_a_reader_that_was_offline_brings_its_own_time(desk):
    resident, hours_ago = a_resident(), clock.now() - timedelta(hours=5)
    assert check_in_by_device(resident, desk).decision == "accepted"
    late = check_in_by_device(resident, desk, hours_ago)
    assert (late.decision, late.at) == ("accepted", hours_ago)
    assert check_in_by_device(resident, desk, hours_ago + timedelta(minutes=30)).decision == "refused"


def test_a_reader_without_a_place_checks_nobody_in():
    with pytest.raises(DeviceElsewhere):
        check_in_by_device(a_resident(), a_device("library"))


def test_the_card_confirms_what_the_label_did_not_prove(waiting, desk):
    record = confirm_by_device(waiting, desk)
    assert (record.pk, record.decision, record.reasons, record.points) == (waiting.pk, "accepted", [], 10)
    assert CheckIn.objects.get().decision == "accepted"
    assert held(waiting.resident.handle).points == 10


def test_showing_the_card_finds_the_scan_that_waits_for_it(waiting, desk):
    assert check_in_by_device(waiting.resident, desk).pk == waiting.pk
    assert CheckIn.objects.count() == 1


def test_it_is_confirmed_once(waiting, desk):
    confirm_by_device(waiting, desk)
    with pytest.raises(CheckInDecided):
        confirm_by_device(waiting, desk)
    assert held(waiting.resident.handle).points == 10


def test_a_reader_elsewhere_confirms_nothing(waiting):
    with pytest.raises(DeviceElsewhere):
        confirm_by_device(waiting, a_device("library", place=a_place()))


def test_after_a_quarter_of_an_hour_the_label_is_scanned_again(waiting, desk):
    with clock.frozen(clock.now() + timedelta(minutes=16)), pytest.raises(CheckInTooOld):
        confirm_by_device(waiting, desk)
    assert CheckIn.objects.get().points == 0
